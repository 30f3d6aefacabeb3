import Hummingbird
import WardlineAPI

extension Routes {
  /// What can be done with messages beyond the document.
  static let messageExtras: [Route] = [
    .object(
      .get,
      "/messages/search",
      "Messages with all words of a query, the best first",
      query: [
        .required("q", .form(.line), as: "query"), .limit(100), .next(.rowCount),
        RequestField("Conversation_id", .conversationID),
        RequestField("User_id", .userID, as: "sender_user_id"),
        RequestField("since", .moment, as: "since_ms"),
        RequestField("until", .moment, as: "until_ms"),
        RequestField("Has_attachment", .boolean, as: "attachments"),
      ],
      Shapes.messageHit.page()
    ) { call in
      let request = SearchMessagesRequest(
        query: call.query.text("q"),
        conversationID: call.query.text("Conversation_id"),
        senderUserID: call.query.text("User_id"),
        sinceMs: call.query.time("since"),
        untilMs: call.query.time("until"),
        attachments: call.attachmentFilter,
        limit: call.query.small("limit"),
        page: call.query.text("after")
      )
      let response = try await call.api.messages.search(request, options: call.options)
      return Page(response.hits, next: response.nextPage)
    },
    .object(
      .get,
      "/messages/:id/versions",
      "What a message said before",
      Shapes.messageVersion.list()
    ) { call in
      let request = MessageVersionsRequest(messageID: call.parameter("id"))
      return try await call.api.messages.versions(request, options: call.options).versions
    },
    .object(
      .post,
      "/messages/:id/forward",
      "Send a message to another conversation",
      body: .fields(forwardDestinations),
      status: .created,
      Shapes.sentMessage,
      headers: { .location(ofMessage: $0.messageID) }
    ) { call in
      let name = try call.onlyField(of: "Conversation_id", "Recipient_id")
      let place = call.body.text(name)
      let request = ForwardMessageRequest(
        messageID: call.parameter("id"),
        to: name == "Conversation_id" ? .conversationID(place) : .recipientID(place),
        idempotencyKey: call.idempotencyKey
      )
      return try await call.api.messages.forward(request, options: call.options)
    }.inForms(BodyForm.one(of: forwardDestinations)),
    .object(
      .put,
      "/messages/:id/reactions/:emoji",
      "Put an emoji under a message",
      Shapes.reactionCount
    ) { call in
      let request = AddReactionRequest(
        messageID: call.parameter("id"),
        emoji: call.parameter("emoji"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.messages.addReaction(request, options: call.options)
      return call.reactionCount(response.count)
    },
    .object(
      .delete,
      "/messages/:id/reactions/:emoji",
      "Take an emoji away",
      Shapes.reactionCount
    ) { call in
      let request = RemoveReactionRequest(
        messageID: call.parameter("id"),
        emoji: call.parameter("emoji"),
        idempotencyKey: call.idempotencyKey
      )
      let response = try await call.api.messages.removeReaction(request, options: call.options)
      return call.reactionCount(response.count)
    },
  ]
}

extension Routes {
  private static let forwardDestinations = [
    RequestField("Conversation_id", .conversationID), RequestField("Recipient_id", .userID),
  ]
}

extension RouteCall {
  fileprivate var attachmentFilter: AttachmentFilter {
    guard query.has("Has_attachment") else { return .unspecified }
    return query.flag("Has_attachment") ? .with : .without
  }

  fileprivate func reactionCount(_ count: Int32) -> ReactionCount {
    ReactionCount(messageID: parameter("id"), emoji: parameter("emoji"), count: count)
  }
}
