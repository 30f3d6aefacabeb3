import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// Who talks with whom.
struct ConversationsHandler: ConversationsAsyncService {
  let conversations: Conversations
  let presences: Presences

  func create(
    _ request: CreateConversationRequest,
    context: ServerContext
  ) async throws -> CreateConversationResponse {
    let type = try ChatModel.ConversationType(field: "type", request.type)
    let created =
      switch type {
      case .direct: try await createDirect(request, context)
      case .group, .broadcast, .support: try await create(type, request, context)
      }
    return CreateConversationResponse(
      conversation: .init(created.conversation, participants: created.participants),
      created: created.isNew
    )
  }

  private func createDirect(
    _ request: CreateConversationRequest,
    _ context: ServerContext
  ) async throws -> CreatedConversation {
    let caller = try context.principal()
    if request.userID.isEmpty, request.memberID.isEmpty {
      throw RPCError.invalid("user_id", "must be given, or member_id")
    }
    // One who is left out is the caller.
    let user =
      try request.userID.isEmpty && !request.memberID.isEmpty
      ? caller.userID : UserID(field: "user_id", request.userID)
    let member =
      try request.memberID.isEmpty
      ? caller.userID : UserID(field: "member_id", request.memberID)
    if user == member { throw RPCError(ChatError.failedPrecondition(.oneUser)) }
    guard request.participantIDs.isEmpty else {
      throw RPCError.invalid("participant_ids", "belongs to a group or a broadcast")
    }
    let history = try ChatModel.HistoryVisibility(field: "history", request.history)
    let key = try idempotencyKey(request.idempotencyKey)
    return try await translated { () throws(ChatError) in
      try await conversations.create(
        user,
        member,
        title: request.title.isEmpty ? nil : request.title,
        history: history ?? .all,
        key: key,
        caller
      )
    }
  }

  private func create(
    _ type: ChatModel.ConversationType,
    _ request: CreateConversationRequest,
    _ context: ServerContext
  ) async throws -> CreatedConversation {
    let caller = try context.principal()
    guard request.userID.isEmpty, request.memberID.isEmpty else {
      throw RPCError(.invalidArgument, "user_id and member_id belong to a direct conversation")
    }
    let others = try userIDs(field: "participant_ids", request.participantIDs)
    let history = try ChatModel.HistoryVisibility(field: "history", request.history)
    let key = try idempotencyKey(request.idempotencyKey)
    return try await translated { () throws(ChatError) in
      try await conversations.create(
        type,
        title: request.title.isEmpty ? nil : request.title,
        others: others,
        history: history ?? .all,
        key: key,
        caller
      )
    }
  }

  func get(
    _ request: GetConversationRequest,
    context: ServerContext
  ) async throws -> GetConversationResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    let summary = try await translated { () throws(ChatError) in
      try await conversations.get(id, caller)
    }
    var shown = [WardlineAPI.Conversation(summary)]
    try await presences.show(in: &shown, caller)
    return GetConversationResponse(conversation: shown.first)
  }

  func list(
    _ request: ListConversationsRequest,
    context: ServerContext
  ) async throws -> ListConversationsResponse {
    let caller = try context.principal()
    let limit = try pageLimit(request.limit, standard: 50, most: 100)
    let before = request.page.isEmpty ? nil : try ActivityKey(field: "page", request.page)
    let (page, unreadTotal) = try await translated { () throws(ChatError) in
      try await conversations.list(before: before, limit: limit, caller)
    }
    let next = page.hasMore ? page.items.last.map { ActivityKey($0.conversation).page } : nil
    var shown = page.items.map { WardlineAPI.Conversation($0) }
    try await presences.show(in: &shown, caller)
    return ListConversationsResponse(
      conversations: shown,
      nextPage: next ?? "",
      unreadTotal: Int64(unreadTotal)
    )
  }
}

extension ActivityKey {
  /// The key as the name of the page that follows it.
  fileprivate var page: String { "\(lastActivityAt.milliseconds).\(conversation)" }

  fileprivate init(field: String, _ text: String) throws(RPCError) {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let time = Int64(parts[0]), let id = ConversationID(String(parts[1]))
    else { throw .invalid(field, "must be the next_page of the page before") }
    self.init(lastActivityAt: Timestamp(milliseconds: time), conversation: id)
  }
}
