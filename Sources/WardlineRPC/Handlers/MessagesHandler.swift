import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

/// Messages and how far they have come.
///
/// What writes is deferred: the reply is kept and given from the commit, which costs no task.
struct MessagesHandler: MessagesService {
  let messages: Messages
  let completions: LoopCompletions
  let limits: ChatLimits

  var send: UnaryHandler<SendMessageRequest, SendMessageResponse> {
    .deferred { request, context, reply in
      let caller = try context.principal()
      let draft = try Messages.Draft(request)
      messages.send(draft, caller, on: completions.executor(of: context.eventLoop)) { result in
        switch result {
        case .success(let message): reply.succeed(SendMessageResponse(message))
        case .failure(let error): reply.fail(RPCError(error))
        }
      }
    }
  }

  var get: UnaryHandler<GetMessageRequest, GetMessageResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try MessageID(field: "message_id", request.messageID)
      let message = try await translated { () throws(ChatError) in
        try await messages.get(id, caller)
      }
      return GetMessageResponse(message: .init(message))
    }
  }

  var list: UnaryHandler<ListMessagesRequest, ListMessagesResponse> {
    .async { request, context in
      let caller = try context.principal()
      let id = try ConversationID(field: "conversation_id", request.conversationID)
      let range = try MessageRange(request, limits)
      let page = try await translated { () throws(ChatError) in
        try await messages.list(id, in: range, caller)
      }
      let ascending = range.order == .ascending ? page.items : page.items.reversed()
      return ListMessagesResponse(messages: ascending.map { .init($0) }, hasMore: page.hasMore)
    }
  }

  var markDelivered: UnaryHandler<MarkDeliveredRequest, MarkDeliveredResponse> {
    .deferred { request, context, reply in
      try mark(.delivered, request.conversationID, request.upTo, context, reply) { state in
        MarkDeliveredResponse(
          deliveredUpTo: state.delivered.upTo.rawValue,
          readUpTo: state.read.upTo.rawValue
        )
      }
    }
  }

  var markRead: UnaryHandler<MarkReadRequest, MarkReadResponse> {
    .deferred { request, context, reply in
      try mark(.read, request.conversationID, request.upTo, context, reply) { state in
        MarkReadResponse(
          deliveredUpTo: state.delivered.upTo.rawValue,
          readUpTo: state.read.upTo.rawValue,
          unreadCount: Int64(state.unreadCount)
        )
      }
    }
  }

  private func mark<Response>(
    _ kind: ChatModel.ReceiptKind,
    _ conversation: String,
    _ upTo: Int64,
    _ context: ServerContext,
    _ reply: Reply<Response>,
    _ respond: @escaping @Sendable (WatermarkState) -> Response
  ) throws {
    let caller = try context.principal()
    let id = try ConversationID(field: "conversation_id", conversation)
    let upTo = try MessageSequence(field: "up_to", upTo)
    let executor = completions.executor(of: context.eventLoop)
    messages.mark(kind, id, upTo: upTo, caller, on: executor) { result in
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
      let receipts = try await translated { () throws(ChatError) in
        try await messages.receipts(id, caller)
      }
      return ReceiptsResponse(receipts: receipts.map { .init($0) })
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

extension Messages.Draft {
  fileprivate init(_ request: SendMessageRequest) throws(RPCError) {
    let destination: AppendMessage.Destination
    switch request.to {
    case .conversationID(let id):
      destination = .conversation(try ConversationID(field: "conversation_id", id))
    case .recipientID(let id):
      destination = .direct(try UserID(field: "recipient_id", id))
    case nil:
      throw RPCError(.invalidArgument, "give either conversation_id or recipient_id")
    }
    let key = request.idempotencyKey.isEmpty ? nil : IdempotencyKey(request.idempotencyKey)
    if key == nil && !request.idempotencyKey.isEmpty {
      throw .invalid("idempotency_key", "must be 1 to 128 bytes without control characters")
    }
    self.init(
      to: destination,
      type: try .init(field: "message_type", request.messageType),
      content: request.content,
      idempotencyKey: key
    )
  }
}

extension MessageRange {
  fileprivate init(_ request: ListMessagesRequest, _ limits: ChatLimits) throws(RPCError) {
    let before = try MessageSequence(field: "before", request.before)
    let after = try MessageSequence(field: "after", request.after)
    if before > .zero && after > .zero {
      throw RPCError(.invalidArgument, "give before or after, not both")
    }
    let isForward = after > .zero || (request.fromStart && before == .zero)
    self.init(
      after: isForward ? after : nil,
      before: before > .zero ? before : nil,
      order: isForward ? .ascending : .descending,
      limit: try pageLimit(request.limit, standard: 50, most: limits.pageRowsMax),
      byteLimit: limits.pageBytesMax
    )
  }
}
