import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension MessagesHandler {
  var list: UnaryHandler<ListMessagesRequest, ListMessagesResponse> {
    .async { request, context in
      request.conversationID.isEmpty
        ? try await listAll(request, context) : try await listOne(request, context)
    }
  }

  var listByConversation: UnaryHandler<ListMessagesRequest, ListMessagesResponse> {
    .async { request, context in try await listOne(request, context) }
  }

  private func listOne(
    _ request: ListMessagesRequest,
    _ context: ServerContext
  ) async throws -> ListMessagesResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    try request.demandNoFilter()
    let range = try MessageRange(request, limits)
    let page = try await translated { () throws(ChatError) in
      try await messages.list(id, in: range, caller)
    }
    let ascending = range.order == .ascending ? page.items : page.items.reversed()
    return ListMessagesResponse(messages: ascending.map { .init($0) }, hasMore: page.hasMore)
  }

  private func listAll(
    _ request: ListMessagesRequest,
    _ context: ServerContext
  ) async throws -> ListMessagesResponse {
    let caller = try context.principal()
    try request.demandNoRange()
    let filter = try MessageFilter(request)
    let limit = try pageLimit(request.limit, standard: 50, most: limits.pageRowsMax)
    let before = request.page.isEmpty ? nil : try MessagePlace(field: "page", request.page)
    let page = try await translated { () throws(ChatError) in
      try await messages.list(filter, before: before, limit: limit, caller)
    }
    return ListMessagesResponse(
      messages: page.items.map { .init($0) },
      hasMore: page.hasMore,
      nextPage: page.hasMore ? page.items.last.map { MessagePlace($0).page } ?? "" : ""
    )
  }

  var versions: UnaryHandler<MessageVersionsRequest, MessageVersionsResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let versions = try await translated { () throws(ChatError) in
        try await messages.versions(id, caller)
      }
      return MessageVersionsResponse(versions: versions.map { .init($0) })
    }
  }
}

extension ListMessagesRequest {
  /// What would be left out of account is refused, so that nobody takes all for some.
  fileprivate func demandNoFilter() throws(RPCError) {
    guard page.isEmpty, senderUserID.isEmpty, messageType == .unspecified, sinceMs == 0,
      untilMs == 0, priority == .unspecified
    else {
      throw RPCError(
        .invalidArgument,
        "page, sender_user_id, message_type, since_ms, until_ms and priority belong to a list "
          + "without conversation_id"
      )
    }
  }

  fileprivate func demandNoRange() throws(RPCError) {
    guard before == 0, after == 0, !fromStart else {
      throw RPCError(
        .invalidArgument,
        "before, after and from_start belong to a list of one conversation: give conversation_id"
      )
    }
  }
}

extension MessageRange {
  fileprivate init(_ request: ListMessagesRequest, _ limits: ChatLimits) throws(RPCError) {
    let before = try MessageSequence(field: "before", request.before)
    let after = try MessageSequence(field: "after", request.after)
    let isForward = after > .zero || request.fromStart
    self.init(
      after: isForward ? after : nil,
      before: before > .zero ? before : nil,
      order: isForward ? .ascending : .descending,
      limit: try pageLimit(request.limit, standard: 50, most: limits.pageRowsMax),
      byteLimit: limits.pageBytesMax
    )
  }
}

extension MessageFilter {
  fileprivate init(_ request: ListMessagesRequest) throws(RPCError) {
    let priority = try ChatModel.MessagePriority(field: "priority", request.priority)
    self.init(
      sender: request.senderUserID.isEmpty
        ? nil : try UserID(field: "sender_user_id", request.senderUserID),
      type: request.messageType == .unspecified
        ? nil : try .init(field: "message_type", request.messageType),
      since: try Timestamp(field: "since_ms", request.sinceMs),
      until: try Timestamp(field: "until_ms", request.untilMs),
      isUrgent: priority.map { $0 == .urgent }
    )
  }
}

extension MessagePlace {
  fileprivate init(_ message: ChatModel.Message) {
    self.init(createdAt: message.createdAt, id: message.id)
  }

  /// The place as the name of the page that follows it.
  fileprivate var page: String { "\(createdAt.milliseconds).\(id)" }

  fileprivate init(field: String, _ text: String) throws(RPCError) {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let time = Int64(parts[0]), let id = MessageID(String(parts[1]))
    else { throw .invalid(field, "must be what the page before names as the next") }
    self.init(createdAt: Timestamp(milliseconds: time), id: id)
  }
}
