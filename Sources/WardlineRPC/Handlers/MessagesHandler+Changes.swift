import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension MessagesHandler {
  var update: UnaryHandler<UpdateMessageRequest, UpdateMessageResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let mentions = try userIDs(field: "mentions", request.mentions)
      guard request.expectedVersion >= 0 else {
        throw RPCError.invalid("expected_version", "must not be negative")
      }
      let key = try idempotencyKey(request.idempotencyKey)
      let edited = try await translated { () throws(ChatError) in
        try await messages.edit(
          id,
          content: request.content,
          mentions: mentions,
          expectedVersion: request.expectedVersion == 0 ? nil : Int(request.expectedVersion),
          key: key,
          caller
        )
      }
      return UpdateMessageResponse(
        messageID: edited.id.description,
        version: Int32(clamping: edited.version),
        updatedAtMs: edited.updatedAt.milliseconds
      )
    }
  }

  var delete: UnaryHandler<DeleteMessageRequest, DeleteMessageResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let scope = try DeleteMessage.Scope(field: "scope", request.scope)
      let key = try idempotencyKey(request.idempotencyKey)
      let deleted = try await translated { () throws(ChatError) in
        try await messages.delete(id, scope, key: key, caller)
      }
      return DeleteMessageResponse(
        messageID: deleted.id.description,
        deletedAtMs: deleted.deletedAt.milliseconds
      )
    }
  }

  var forward: UnaryHandler<ForwardMessageRequest, SendMessageResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let destination: AppendMessage.Destination
      switch request.to {
      case .conversationID(let id): destination = try .init(conversation: id)
      case .recipientID(let id): destination = try .init(recipient: id)
      case nil: throw RPCError.noDestination
      }
      let key = try idempotencyKey(request.idempotencyKey)
      return SendMessageResponse(
        try await translated { () throws(ChatError) in
          try await messages.forward(id, to: destination, key: key, caller)
        }
      )
    }
  }

  var addReaction: UnaryHandler<AddReactionRequest, AddReactionResponse> {
    .async { request, context in
      let reacted = try await react(
        request.messageID,
        request.emoji,
        isAdded: true,
        request.idempotencyKey,
        context
      )
      return AddReactionResponse(count: Int32(clamping: reacted.count))
    }
  }

  var removeReaction: UnaryHandler<RemoveReactionRequest, RemoveReactionResponse> {
    .async { request, context in
      let reacted = try await react(
        request.messageID,
        request.emoji,
        isAdded: false,
        request.idempotencyKey,
        context
      )
      return RemoveReactionResponse(count: Int32(clamping: reacted.count))
    }
  }

  private func react(
    _ message: String,
    _ emoji: String,
    isAdded: Bool,
    _ key: String,
    _ context: ServerContext
  ) async throws -> Reacted {
    let caller = try context.principal()
    let id = try MessageID(field: "message_id", message)
    let key = try idempotencyKey(key)
    return try await translated { () throws(ChatError) in
      try await messages.react(id, emoji: emoji, isAdded: isAdded, key: key, caller)
    }
  }
}
