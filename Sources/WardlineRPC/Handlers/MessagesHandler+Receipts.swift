import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension MessagesHandler {
  var markDelivered: UnaryHandler<MarkDeliveredRequest, MarkDeliveredResponse> {
    .deferred { request, context, reply in
      let key = try idempotencyKey(request.idempotencyKey)
      try mark(.delivered, request.conversationID, request.upTo, key, context, reply) { state in
        MarkDeliveredResponse(
          deliveredUpTo: state.delivered.upTo.rawValue,
          readUpTo: state.read.upTo.rawValue
        )
      }
    }
  }

  var markRead: UnaryHandler<MarkReadRequest, MarkReadResponse> {
    .deferred { request, context, reply in
      let key = try idempotencyKey(request.idempotencyKey)
      try mark(.read, request.conversationID, request.upTo, key, context, reply) { state in
        MarkReadResponse(
          deliveredUpTo: state.delivered.upTo.rawValue,
          readUpTo: state.read.upTo.rawValue,
          unreadCount: Int64(state.unreadCount)
        )
      }
    }
  }

  var acknowledge: UnaryHandler<AcknowledgeRequest, AcknowledgeResponse> {
    .deferred { request, context, reply in
      let key = try idempotencyKey(request.idempotencyKey)
      try mark(.acknowledged, request.conversationID, request.upTo, key, context, reply) { state in
        AcknowledgeResponse(
          deliveredUpTo: state.delivered.upTo.rawValue,
          readUpTo: state.read.upTo.rawValue,
          acknowledgedUpTo: state.acknowledged.upTo.rawValue,
          unreadCount: Int64(state.unreadCount)
        )
      }
    }
  }

  private func mark<Response>(
    _ kind: ChatModel.ReceiptKind,
    _ conversation: String,
    _ upTo: Int64,
    _ key: IdempotencyKey?,
    _ context: ServerContext,
    _ reply: Reply<Response>,
    _ respond: @escaping @Sendable (WatermarkState) -> Response
  ) throws {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", conversation)
    let upTo = try MessageSequence(field: "up_to", upTo)
    let executor = completions.executor(of: context.eventLoop)
    messages.mark(kind, id, upTo: upTo, key: key, caller, on: executor) { result in
      switch result {
      case .success(let state): reply.succeed(respond(state))
      case .failure(let error): reply.fail(RPCError(error))
      }
    }
  }

  var receipts: UnaryHandler<ReceiptsRequest, ReceiptsResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let time = try Timestamp(field: "at_ms", request.atMs)
      let (sentAt, receipts) = try await translated { () throws(ChatError) in
        try await messages.receipts(id, at: time, caller)
      }
      return ReceiptsResponse(
        receipts: receipts.map { .init($0) },
        sentAtMs: sentAt.milliseconds
      )
    }
  }

  var unreadCount: UnaryHandler<UnreadCountRequest, UnreadCountResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id =
        request.conversationID.isEmpty
        ? nil : try ConversationID(field: "conversation_id", request.conversationID)
      let count = try await translated { () throws(ChatError) in
        try await messages.unreadCount(in: id, caller)
      }
      return UnreadCountResponse(unreadCount: Int64(count))
    }
  }
}
