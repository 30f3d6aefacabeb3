import ChatModel
import ChatService
import RPC

extension RPCError {
  /// The one mapping from the chat's errors to what a caller is told.
  init(_ error: ChatError) {
    self.init(StatusCode(error), error.description)
  }

  init(_ error: ActingError) {
    let code: StatusCode =
      switch error {
      case .notAService, .notForOthers, .missingRight, .protectedUser: .permissionDenied
      case .malformedUser: .invalidArgument
      case .unknownUser: .notFound
      case .unavailable: .unavailable
      }
    self.init(code, error.description)
  }

  /// A field of the request, by its name in the .proto, that cannot be what it should be.
  static func invalid(_ field: String, _ why: String) -> RPCError {
    RPCError(.invalidArgument, "\(field): \(why)")
  }
}

extension StatusCode {
  init(_ error: ChatError) {
    self =
      switch error {
      case .invalidArgument: .invalidArgument
      case .notFound: .notFound
      case .permissionDenied: .permissionDenied
      case .unauthenticated: .unauthenticated
      case .alreadyExists: .alreadyExists
      case .failedPrecondition, .windowOver: .failedPrecondition
      case .versionConflict: .aborted
      case .upload(.wrongOffset): .outOfRange
      case .upload(.takenOver): .aborted
      case .outOfRange: .outOfRange
      case .resourceExhausted, .limitReached: .resourceExhausted
      case .unavailable: .unavailable
      case .cancelled: .cancelled
      case .dataLoss: .dataLoss
      case .internal: .internal
      }
  }
}

/// Runs a use case and gives its error the form of a call's.
func translated<Value>(
  _ body: () async throws(ChatError) -> Value
) async throws(RPCError) -> Value {
  do {
    return try await body()
  } catch {
    throw RPCError(error)
  }
}
