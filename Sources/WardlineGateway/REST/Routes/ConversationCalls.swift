import WardlineAPI

// What several routes ask of a conversation.
extension RouteCall {
  /// A page of the messages of a conversation, as `before`, `after` and `limit` of the query say.
  func messages(of conversation: String) async throws -> Page<Message> {
    let before = query.integer("before")
    let after = query.integer("after")
    let request = ListMessagesRequest(
      conversationID: conversation,
      before: before ?? 0,
      after: after ?? 0,
      limit: query.small("limit"),
      fromStart: after == 0
    )
    let response = try await api.messages.listByConversation(request, options: options)
    let first = response.messages.first?.sequence ?? 1
    let last = response.messages.last?.sequence ?? after ?? 0
    let hasOlder = after == nil ? response.hasMore : first > 1
    return Page(
      response.messages,
      hasMore: response.hasMore,
      before: hasOlder ? String(first) : "",
      after: response.messages.isEmpty && before != nil ? "" : String(last)
    )
  }

  /// Marks messages of a conversation as read: all, unless the body says up to which.
  func markRead(_ conversation: String) async throws -> Progress {
    try await markRead(conversation, upTo: body.integer("Up_to") ?? .max)
  }

  func markRead(_ conversation: String, upTo sequence: Int64) async throws -> Progress {
    let request = MarkReadRequest(
      conversationID: conversation,
      upTo: sequence,
      idempotencyKey: idempotencyKey
    )
    let response = try await api.messages.markRead(request, options: options)
    return Progress(
      conversationID: conversation,
      deliveredUpTo: response.deliveredUpTo,
      readUpTo: response.readUpTo,
      unreadCount: response.unreadCount
    )
  }

  func acknowledge(_ conversation: String, upTo sequence: Int64) async throws -> Progress {
    let request = AcknowledgeRequest(
      conversationID: conversation,
      upTo: sequence,
      idempotencyKey: idempotencyKey
    )
    let response = try await api.messages.acknowledge(request, options: options)
    return Progress(
      conversationID: conversation,
      deliveredUpTo: response.deliveredUpTo,
      readUpTo: response.readUpTo,
      acknowledgedUpTo: response.acknowledgedUpTo,
      unreadCount: response.unreadCount
    )
  }

  func unreadTotal(of user: String) async throws -> UnreadCount {
    let response = try await api.messages.unreadCount(UnreadCountRequest(), options: options)
    return UnreadCount(userID: user, count: response.unreadCount)
  }
}

extension RequestField {
  static let upTo = RequestField("Up_to", .count)
  /// How messages of one conversation are paged.
  static let messagePaging = [
    limit(), RequestField("before", .integer(1...Int64.max)), RequestField("after", .count),
  ]
}
