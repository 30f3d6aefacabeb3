import Hummingbird
import RPC
import WardlineAPI

extension Routes {
  /// What the healthcare chat's document asks for.
  static let messages: [Route] = [
    .object(
      .post,
      "/messages",
      "Send a message",
      body: .fields(
        destinations + RequestField.message
      ),
      status: .created,
      Shapes.message,
      headers: { .location(ofMessage: $0.messageID) }
    ) { try await $0.send(to: $0.destination()) }
    .inForms(BodyForm.one(of: destinations), .ofMessage),
    .object(
      .get,
      "/messages",
      "The caller's messages, the newest first",
      query: [
        .limit(), .next(.messagePage), RequestField("User_id", .userID, as: "sender_user_id"),
        RequestField("Message_Type", .words(WardlineAPI.MessageType.words)),
        RequestField("Priority", .words(WardlineAPI.MessagePriority.words)),
        RequestField("since", .moment, as: "since_ms"),
        RequestField("until", .moment, as: "until_ms"),
      ],
      Shapes.messagePage
    ) { call in
      let request = ListMessagesRequest(
        limit: call.query.small("limit"),
        page: call.query.text("after"),
        senderUserID: call.query.text("User_id"),
        messageType: call.query.word("Message_Type"),
        sinceMs: call.query.time("since"),
        untilMs: call.query.time("until"),
        priority: call.query.word("Priority")
      )
      let response = try await call.api.messages.list(request, options: call.options)
      return Page(response.messages, next: response.nextPage)
    },
    .object(
      .get,
      "/messages/conversation/:id",
      "A page of the messages of a conversation",
      query: RequestField.messagePaging,
      Shapes.messagePage
    ) { try await $0.messages(of: $0.parameter("id")) },
    .object(
      .get,
      "/messages/:id",
      "One message",
      Shapes.message,
      headers: { .version($0.version) }
    ) { try await $0.message() },
    .object(
      .patch,
      "/messages/:id",
      "Give a message another text",
      body: .fields([
        .required("Content", .form(.newText)), RequestField("Mentions", .distinct(.userID)),
      ]),
      Shapes.messageUpdate,
      headers: { .version($0.version) }
    ) { try await $0.edit() }
    .withHeaders(.ifMatch),
    .object(
      .patch,
      "/messages/:id/read",
      "Mark a message as read, and those before it",
      body: .optionalFields([RequestField("Is_read", .isTrue)]),
      Shapes.read
    ) { call in
      let place = try call.messagePlace()
      return try await call.markRead(place.conversation, upTo: place.sequence)
    },
    .done(
      .delete,
      "/messages/:id",
      "Delete a message for everybody or for the caller",
      query: [RequestField("scope", .words(DeleteScope.words))]
    ) { call in
      let scope: DeleteScope = call.query.word("scope")
      let request = DeleteMessageRequest(
        messageID: call.parameter("id"),
        scope: scope == .unspecified ? .all : scope,
        idempotencyKey: call.idempotencyKey
      )
      _ = try await call.api.messages.delete(request, options: call.options)
    },
  ]
}

extension Routes {
  private static let destinations = [
    RequestField("Conversation_id", .conversationID), RequestField("Recipient_id", .userID),
    RequestField("Care_role", .careRole),
  ]
}

extension RouteCall {
  fileprivate func destination() throws(Problem) -> SendMessageRequest.To {
    switch try onlyField(of: "Conversation_id", "Recipient_id", "Care_role") {
    case "Conversation_id": .conversationID(body.text("Conversation_id"))
    case "Recipient_id": .recipientID(body.text("Recipient_id"))
    default: .careRole(body.word("Care_role"))
    }
  }

  fileprivate func message() async throws -> Message {
    let request = GetMessageRequest(messageID: parameter("id"))
    guard let message = try await api.messages.get(request, options: options).message else {
      throw Problem.internalError
    }
    return message
  }

  fileprivate func edit() async throws -> UpdateMessageResponse {
    let request = UpdateMessageRequest(
      messageID: parameter("id"),
      content: body.text("Content"),
      mentions: body.texts("Mentions"),
      expectedVersion: try expectedVersion(),
      idempotencyKey: idempotencyKey
    )
    do {
      return try await api.messages.update(request, options: options)
    } catch let error as RPCError where error.code == .aborted {
      throw Problem(.preconditionFailed, "VERSION_CONFLICT", error.message, field: "If-Match")
    }
  }

  /// The version that `If-Match` names; 0 for any.
  private func expectedVersion() throws(Problem) -> Int32 {
    guard let tag = request.headers[.ifMatch], tag != "*" else { return 0 }
    let isQuoted = tag.count > 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
    guard isQuoted, let version = Int32(tag.dropFirst().dropLast()), version > 0 else {
      throw Problem(
        .preconditionFailed,
        "VERSION_CONFLICT",
        "If-Match is the ETag of one version, such as \"3\"",
        field: "If-Match"
      )
    }
    return version
  }
}

extension HTTPFields {
  fileprivate static func version(_ version: Int32) -> HTTPFields { [.eTag: "\"\(version)\""] }
}
