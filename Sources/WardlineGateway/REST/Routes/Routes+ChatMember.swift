import Hummingbird
import WardlineAPI

extension Routes {
  /// What the dietitian chat's document asks for staff.
  static let chatMember: [Route] = [
    .object(
      .get,
      "/api/chat/member/:memberId/conversations",
      "The conversations with patients, the newest activity first",
      query: [.limit(100), .next(.conversationPage)],
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
        memberDestinations + RequestField.message
      ),
      status: .created,
      Shapes.message,
      headers: { .location(ofMessage: $0.messageID) }
    ) { try await $0.send(to: $0.memberDestination()) }
    .only("memberId").forStaff().inForms(BodyForm.one(of: memberDestinations), .ofMessage),
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

extension Routes {
  private static let memberDestinations = [
    RequestField("Conversation_id", .conversationID),
    RequestField("User_id", .userID, as: "patient_id"),
  ]
}

extension RouteCall {
  /// Where a message of a member goes. To a patient in the member's care: their support
  /// conversation, which is where the patient writes; to any other: the conversation of the two.
  fileprivate func memberDestination() throws(Problem) -> SendMessageRequest.To {
    try onlyField(of: "Conversation_id", "User_id") == "Conversation_id"
      ? .conversationID(body.text("Conversation_id")) : .patientID(body.text("User_id"))
  }
}
