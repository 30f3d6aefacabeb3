import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension ConversationsHandler {
  func search(
    _ request: SearchConversationsRequest,
    context: ServerContext
  ) async throws -> SearchConversationsResponse {
    let caller = try context.principal()
    let limit = try pageLimit(request.limit, standard: 20, most: 100)
    let found = try await translated { () throws(ChatError) in
      try await conversations.search(request.query, limit: limit, caller)
    }
    var shown = found.map { WardlineAPI.Conversation($0) }
    try await presences.show(in: &shown, caller)
    return SearchConversationsResponse(conversations: shown)
  }

  func update(
    _ request: UpdateConversationRequest,
    context: ServerContext
  ) async throws -> UpdateConversationResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    let history = try ChatModel.HistoryVisibility(field: "history", request.history)
    let title: String? =
      switch request.newTitle {
      case .title(let title): title
      case nil: nil
      }
    let isSensitive: Bool? =
      switch request.newLabel {
      case .isSensitive(let isSensitive): isSensitive
      case nil: nil
      }
    let key = try idempotencyKey(request.idempotencyKey)
    let changed = try await translated { () throws(ChatError) in
      try await conversations.update(
        id,
        title: title,
        history: history,
        isSensitive: isSensitive,
        key: key,
        caller
      )
    }
    return UpdateConversationResponse(conversation: .init(changed, participants: []))
  }

  func close(
    _ request: CloseConversationRequest,
    context: ServerContext
  ) async throws -> CloseConversationResponse {
    let changed = try await setActive(
      false,
      request.conversationID,
      request.idempotencyKey,
      context
    )
    return CloseConversationResponse(conversation: .init(changed, participants: []))
  }

  func reopen(
    _ request: ReopenConversationRequest,
    context: ServerContext
  ) async throws -> ReopenConversationResponse {
    let changed = try await setActive(true, request.conversationID, request.idempotencyKey, context)
    return ReopenConversationResponse(conversation: .init(changed, participants: []))
  }

  private func setActive(
    _ isActive: Bool,
    _ conversation: String,
    _ key: String,
    _ context: ServerContext
  ) async throws -> ChatModel.Conversation {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", conversation)
    let key = try idempotencyKey(key)
    return try await translated { () throws(ChatError) in
      try await conversations.setActive(isActive, id, key: key, caller)
    }
  }

  func mute(
    _ request: MuteConversationRequest,
    context: ServerContext
  ) async throws -> MuteConversationResponse {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", request.conversationID)
    let until = try Timestamp(field: "until_ms", request.untilMs)
    let key = try idempotencyKey(request.idempotencyKey)
    let muted = try await translated { () throws(ChatError) in
      try await conversations.mute(id, until: until, key: key, caller)
    }
    return MuteConversationResponse(mutedUntilMs: muted?.milliseconds ?? 0)
  }
}
