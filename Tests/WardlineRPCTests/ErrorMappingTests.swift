import ChatModel
import RPC
import Testing

@testable import WardlineRPC

@Suite("Errors of the chat as callers get them")
struct ErrorMappingTests {
  private static let cases: [(ChatError, StatusCode)] = {
    let id = MessageID("0000000000001.7").map { ChatError.alreadyExists(.message($0)) } ?? .internal
    let notFound = ChatError.Subject.allCases.map { (ChatError.notFound($0), StatusCode.notFound) }
    return notFound + [
      (.invalidArgument(field: "content", message: "is wrong"), .invalidArgument),
      (.permissionDenied, .permissionDenied), (.unauthenticated, .unauthenticated),
      (id, .alreadyExists), (.failedPrecondition(.conversationClosed), .failedPrecondition),
      (.windowOver(.edit, milliseconds: 60_000), .failedPrecondition),
      (.versionConflict(current: 2), .aborted), (.limitReached("x"), .resourceExhausted),
      (.outOfRange, .outOfRange),
      (.resourceExhausted, .resourceExhausted), (.unavailable, .unavailable),
      (.upload(.wrongOffset(expected: 7)), .outOfRange), (.upload(.takenOver), .aborted),
      (.cancelled, .cancelled), (.dataLoss, .dataLoss), (.internal, .internal),
    ]
  }()

  /// Every case has an answer here, or this does not compile.
  private func name(_ error: ChatError) -> String {
    switch error {
    case .invalidArgument: "invalidArgument"
    case .notFound: "notFound"
    case .permissionDenied: "permissionDenied"
    case .unauthenticated: "unauthenticated"
    case .alreadyExists: "alreadyExists"
    case .failedPrecondition: "failedPrecondition"
    case .windowOver: "windowOver"
    case .versionConflict: "versionConflict"
    case .limitReached: "limitReached"
    case .upload: "upload"
    case .outOfRange: "outOfRange"
    case .resourceExhausted: "resourceExhausted"
    case .unavailable: "unavailable"
    case .cancelled: "cancelled"
    case .dataLoss: "dataLoss"
    case .internal: "internal"
    }
  }

  @Test("each case has its code and its sentence")
  func mapping() {
    for (error, code) in Self.cases {
      #expect(RPCError(error) == RPCError(code, error.description), "\(name(error))")
      #expect(!error.description.isEmpty)
      #expect(error.statusName == code.description, "the audit has the same name")
    }
    #expect(Set(Self.cases.map { name($0.0) }).count == 16)
  }
}
