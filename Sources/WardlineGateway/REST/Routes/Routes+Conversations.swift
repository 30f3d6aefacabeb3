import Hummingbird
import WardlineAPI

extension Routes {
  /// Conversations as a whole.
  static let conversations: [Route] = [
    .object(
      .get,
      "/api/conversations",
      "The caller's conversations, the newest activity first",
      query: [.limit(100), .next(.conversationPage)],
      Shapes.conversationList
    ) { call in
      let request = ListConversationsRequest(
        limit: call.query.small("limit"),
        page: call.query.text("after")
      )
      let response = try await call.api.conversations.list(request, options: call.options)
      return ConversationList(
        page: Page(response.conversations, next: response.nextPage),
        unreadTotal: response.unreadTotal
      )
    },
    .object(
      .get,
      "/api/conversations/search",
      "Conversations by title, names and last message",
      query: [.required("q", .form(.line), as: "query"), .limit(100)],
      Shapes.conversationPage
    ) { call in
      let request = SearchConversationsRequest(
        query: call.query.text("q"),
        limit: call.query.small("limit")
      )
      let response = try await call.api.conversations.search(request, options: call.options)
      return Page(response.conversations, next: "")
    },
    creation,
    .object(.get, "/api/conversations/:id", "One conversation", Shapes.conversation) { call in
      let request = GetConversationRequest(conversationID: call.parameter("id"))
      return try present(
        try await call.api.conversations.get(request, options: call.options).conversation
      )
    },
    .object(
      .patch,
      "/api/conversations/:id",
      "Change the title, what newcomers see, or what lists show",
      body: .fields([
        RequestField("Title", .nullable(.form(.line))),
        RequestField("History", .words(HistoryVisibility.words)),
        RequestField("Is_sensitive", .boolean),
      ]),
      Shapes.conversation
    ) { call in
      let hasTitle = call.body.has("Title") || call.body.isNull("Title")
      let request = UpdateConversationRequest(
        conversationID: call.parameter("id"),
        newTitle: hasTitle ? .title(call.body.text("Title")) : nil,
        history: call.body.word("History"),
        idempotencyKey: call.idempotencyKey,
        newLabel: call.body.has("Is_sensitive") ? .isSensitive(call.body.flag("Is_sensitive")) : nil
      )
      return try present(
        try await call.api.conversations.update(request, options: call.options).conversation
      )
    },
    .object(
      .post,
      "/api/conversations/:id/close",
      "End writing in a conversation",
      Shapes.conversation
    ) { call in
      let request = CloseConversationRequest(
        conversationID: call.parameter("id"),
        idempotencyKey: call.idempotencyKey
      )
      return try present(
        try await call.api.conversations.close(request, options: call.options).conversation
      )
    },
    .object(
      .post,
      "/api/conversations/:id/reopen",
      "Let a closed conversation be written in again",
      Shapes.conversation
    ) { call in
      let request = ReopenConversationRequest(
        conversationID: call.parameter("id"),
        idempotencyKey: call.idempotencyKey
      )
      return try present(
        try await call.api.conversations.reopen(request, options: call.options).conversation
      )
    },
  ]

  /// Two who have a conversation already are answered with it, and with 200.
  private static let creation: Route = {
    let shape = Shapes.conversation
    let thing = (name: shape.name, shape.schema)
    return Route(
      verb: .post,
      path: "/api/conversations",
      summary: "Begin a conversation",
      body: .fields([
        RequestField("Type", .words(ConversationType.words)), RequestField("User_id", .userID),
        RequestField("Member_id", .userID), RequestField("Title", .nullable(.form(.line))),
        RequestField("Participant_ids", .distinct(.userID)),
        RequestField("History", .words(HistoryVisibility.words)),
      ]),
      bodyForms: [creationForms],
      successes: [
        Route.Success(status: .created, type: "application/json", schema: thing),
        Route.Success(status: .ok, type: "application/json", schema: thing),
      ]
    ) { call in
      let response = try await call.createConversation()
      let conversation = try present(response.conversation)
      return Answer(
        status: response.created ? .created : .ok,
        headers: [.location: "/api/conversations/\(conversation.conversationID)"],
        body: .json(shape.json(conversation))
      )
    }
  }()

  /// Of two, of whom the caller may be left out; or of any number.
  private static let creationForms: [BodyForm] = {
    let isDirect = RequestField("Type", .words(["direct"]))
    let noOthers = RequestField("Participant_ids", .items(.userID, 0...0, isDistinct: false))
    let isOther = RequestField("Type", .words(["group", "support", "broadcast"]))
    let others = RequestField("Participant_ids", .distinct(.userID, atLeast: 1))
    return [
      BodyForm(RequestField("User_id", .userID), beside: [isDirect, noOthers]),
      BodyForm(
        RequestField("Member_id", .userID),
        beside: [.absent("User_id"), isDirect, noOthers]
      ),
      BodyForm(isOther, others, beside: [.absent("User_id"), .absent("Member_id")]),
    ]
  }()

  /// What an answer always has.
  static func present<Value>(_ value: Value?) throws(Problem) -> Value {
    guard let value else { throw .internalError }
    return value
  }
}

extension RouteCall {
  fileprivate func createConversation() async throws -> CreateConversationResponse {
    let request = CreateConversationRequest(
      userID: body.text("User_id"),
      memberID: body.text("Member_id"),
      type: body.word("Type"),
      title: body.text("Title"),
      participantIDs: body.texts("Participant_ids"),
      history: body.word("History"),
      idempotencyKey: idempotencyKey
    )
    return try await api.conversations.create(request, options: options)
  }
}
