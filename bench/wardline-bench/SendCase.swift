import LoadGeneration
import NIOCore
import RPC
import WardlineAPI

/// `Messages/Send` with an idempotency key of its own for each message, answered after the commit.
struct SendCase {
  let connections: Int
  let inFlight: Int

  static let all = [
    SendCase(connections: 1, inFlight: 1), SendCase(connections: 1, inFlight: 256),
    SendCase(connections: 8, inFlight: 256),
  ]

  /// Over all connections.
  var name: String { "send \(inFlight) in flight on \(connections)" }

  static let text = String(repeating: "How are you feeling today? ", count: 4)
  /// Replaced by a new one of the same length in every frame.
  static let keyPlaceholder = "key-placeholder!"

  func request() throws -> LoadRequest {
    let request = SendMessageRequest(
      to: .recipientID(ChatBench.recipient),
      content: Self.text,
      idempotencyKey: Self.keyPlaceholder
    )
    return try LoadRequest(MessagesMethods.send, request, varying: Self.keyPlaceholder)
  }

  /// Signs the connection in.
  static func greeting() throws -> LoadRequest {
    try LoadRequest(
      SessionMethods.authenticate,
      AuthenticateRequest(token: ChatBench.sender)
    )
  }
}
