import Hummingbird
import RPC

extension Problem {
  /// What a caller is told of a call that failed.
  ///
  /// - Parameter fields: the names that the request has for the fields of the call, of which the
  ///   error may speak.
  init(_ error: RPCError, fields: FieldNames = FieldNames()) {
    let (detail, field) = fields.translate(error.message)
    let isInvalid = error.code == .invalidArgument
    self.init(
      Self.status(error.code),
      error.code.description,
      isInvalid ? detail : error.message,
      field: isInvalid ? field : nil,
      headers: Self.headers(error.code)
    )
  }

  private static func status(_ code: StatusCode) -> HTTPResponse.Status {
    switch code {
    case .invalidArgument: .badRequest
    case .unauthenticated: .unauthorized
    case .permissionDenied: .forbidden
    case .notFound: .notFound
    case .alreadyExists, .failedPrecondition, .aborted, .outOfRange: .conflict
    case .resourceExhausted: .tooManyRequests
    case .unimplemented: .notImplemented
    case .unavailable, .cancelled: .serviceUnavailable
    case .deadlineExceeded: .gatewayTimeout
    default: .internalServerError
    }
  }

  private static func headers(_ code: StatusCode) -> HTTPFields {
    switch code {
    case .unauthenticated: [.wwwAuthenticate: "Bearer"]
    case .resourceExhausted, .unavailable: [.retryAfter: "1"]
    default: [:]
    }
  }
}

/// The names of a request's fields, by those that the call behind it has for them.
struct FieldNames: Sendable {
  private var names: [String: String] = [:]

  mutating func add(_ field: RequestField) {
    for name in field.callNames { names[name] = field.name }
  }

  /// An error that begins with the name of a field of the call begins with that of the request.
  func translate(_ message: String) -> (detail: String, field: String?) {
    guard let colon = message.firstRange(of: ": ") else { return (message, nil) }
    let callName = String(message[..<colon.lowerBound])
    guard callName.utf8.allSatisfy(Self.isNameByte) else { return (message, nil) }
    let name = names[callName] ?? callName
    return (name + message[colon.lowerBound...], name)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
