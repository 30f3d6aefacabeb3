import RPC
import WardlineAPI

/// The use cases behind the routes that are measured, called within the process: what a route takes
/// beyond them is the work of the HTTP face.
struct RouteUseCases {
  let conversationID: String
  private let transport: InProcessTransport

  private static let messages = 200
  static let pageLength: Int32 = 20

  /// Makes a conversation with messages.
  init(_ chat: ChatBench) async throws {
    transport = chat.transport(of: ChatBench.sender)
    let direct = CreateConversationRequest(
      userID: ChatBench.sender,
      memberID: ChatBench.recipient,
      idempotencyKey: "bench"
    )
    let made = try await ConversationsClient(transport).create(direct)
    conversationID = made.conversation?.conversationID ?? ""
    for number in 0..<Self.messages {
      _ = try await MessagesClient(transport).send(
        SendMessageRequest(
          to: .conversationID(conversationID),
          content: "Message number \(number), which is about as long as people write.",
          idempotencyKey: "bench-\(number)"
        )
      )
    }
  }

  /// By the names of the routes that are measured.
  var all: [String: @Sendable () async throws -> Void] {
    let (transport, id) = (transport, conversationID)
    return [
      "me": { _ = try await SessionClient(transport).whoAmI(WhoAmIRequest()) },
      "unread": { _ = try await MessagesClient(transport).unreadCount(UnreadCountRequest()) },
      "history": {
        _ = try await MessagesClient(transport).listByConversation(
          ListMessagesRequest(conversationID: id, limit: Self.pageLength)
        )
      },
    ]
  }
}
