import Hummingbird
import WardlineAPI

/// The rows of the table of routes, by what they are about.
enum Routes {}

extension Routes {
  /// What the dietitian chat's document asks for patients.
  static let chatUser: [Route] = [
    .object(
      .get,
      "/api/chat/user/:userId/dietitian",
      "The chat with the assigned dietitian",
      Shapes.dietitian
    ) { call in
      let request = SupportConversationRequest(careRole: .dietitian)
      return try await call.api.careTeams.supportConversation(request, options: call.options)
    }.only("userId"),
    .object(
      .get,
      "/api/chat/user/conversation/:conversationId/messages",
      "A page of messages",
      query: RequestField.messagePaging,
      Shapes.messagePage
    ) { try await $0.messages(of: $0.parameter("conversationId")) }.forbiddingUnknown(),
    .object(
      .post,
      "/api/chat/user/conversation/:userId/send",
      "Send a message to whoever is assigned",
      body: .fields(
        RequestField.message + [RequestField("Care_role", .careRole)]
      ),
      status: .created,
      Shapes.message,
      headers: { .location(ofMessage: $0.messageID) }
    ) { call in
      let role: WardlineAPI.Role = call.body.word("Care_role")
      return try await call.send(to: .careRole(role == .unspecified ? .dietitian : role))
    }.only("userId").inForms(.ofMessage),
    .object(
      .put,
      "/api/chat/user/conversation/:conversationId/read",
      "Mark messages as read",
      body: .optionalFields([.upTo]),
      Shapes.read
    ) { try await $0.markRead($0.parameter("conversationId")) }.forbiddingUnknown(),
    .object(
      .get,
      "/api/chat/user/:userId/unread-count",
      "How many messages are unread",
      Shapes.unreadCount
    ) { try await $0.unreadTotal(of: $0.parameter("userId")) }.only("userId"),
  ]
}
