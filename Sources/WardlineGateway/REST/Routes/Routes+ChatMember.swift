import Hummingbird
import RPC
import WardlineAPI

extension Routes {
  /// What the dietitian chat's document asks for staff.
  static let chatMember: [Route] = [
    .object(
      .get,
      "/api/chat/member/:memberId/conversations",
      "The conversations with patients, the newest activity first",
      query: [.limit(100), .next],
      Shapes.conversationPage
    ) { call in
      let request = ListConversationsRequest(
        limit: call.query.small("limit"),
        page: call.query.text("after")
      )
      let response = try await call.api.conversations.list(request, options: call.options)
      let withPatients = response.conversations.filter { $0.patientParticipant != nil }
      return Page(withPatients, next: response.nextPage)
    }.only("memberId").forStaff(),
    .object(
      .get,
      "/api/chat/member/conversation/:conversationId/messages",
      "A page of messages",
      query: RequestField.messagePaging,
      Shapes.messagePage
    ) { try await $0.messages(of: $0.parameter("conversationId")) }
    .forStaff().forbiddingUnknown(),
    .object(
      .post,
      "/api/chat/member/conversation/:memberId/send",
      "Send a message to a conversation or to a patient",
      body: .fields(
        [
          RequestField("Conversation_id", .text),
          RequestField("User_id", .text, as: "recipient_id"),
        ]
          + RequestField.message
      ),
      status: .created,
      Shapes.message,
      headers: { .location(ofMessage: $0.messageID) }
    ) { try await $0.send(to: $0.memberDestination()) }.only("memberId").forStaff(),
    .object(
      .put,
      "/api/chat/member/conversation/:conversationId/read",
      "Mark messages as read",
      body: .optionalFields([.upTo]),
      Shapes.read
    ) { try await $0.markRead($0.parameter("conversationId")) }.forStaff().forbiddingUnknown(),
    .object(
      .get,
      "/api/chat/member/:memberId/unread-count",
      "How many messages are unread",
      Shapes.unreadCount
    ) { try await $0.unreadTotal(of: $0.parameter("memberId")) }.only("memberId").forStaff(),
  ]
}

extension RouteCall {
  /// Where a message of a member goes. To a patient in the member's care: their support
  /// conversation, which is where the patient writes; to any other: the conversation of the two.
  fileprivate func memberDestination() async throws -> SendMessageRequest.To {
    if try onlyField(of: "Conversation_id", "User_id") == "Conversation_id" {
      return .conversationID(body.text("Conversation_id"))
    }
    let patient = body.text("User_id")
    do {
      let request = SupportConversationRequest(patientID: patient, create: true)
      let support = try await api.careTeams.supportConversation(request, options: options)
      if let conversation = support.conversation {
        return .conversationID(conversation.conversationID)
      }
    } catch let error as RPCError where error.code == .notFound {
      // Not in the member's care.
    }
    return .recipientID(patient)
  }
}
