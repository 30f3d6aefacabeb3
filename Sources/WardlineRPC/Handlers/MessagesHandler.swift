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
}

extension Messages.Draft {
  fileprivate init(_ request: SendMessageRequest) throws(RPCError) {
    let destination: AppendMessage.Destination
    switch request.to {
    case .conversationID(let id): destination = try .init(conversation: id)
    case .recipientID(let id): destination = try .init(recipient: id)
    case .careRole(let role): destination = try .init(assigned: role)
    case .patientID(let id): destination = .patient(try UserID(field: "patient_id", id))
    case nil: throw .noDestinationOfSend
    }
    var message = AppendMessage(
      destination: destination,
      type: try .init(field: "message_type", request.messageType),
      content: request.content,
      attachmentID: request.attachmentID.isEmpty
        ? nil : try AttachmentID(field: "attachment_id", request.attachmentID),
      priority: try .init(field: "priority", request.priority) ?? .routine,
      replyTo: request.replyTo.isEmpty ? nil : try MessageID(field: "reply_to", request.replyTo),
      mentions: try userIDs(field: "mentions", request.mentions)
    )
    message.claimedSender = request.asSender.isEmpty ? nil : request.asSender
    self.init(message, key: try idempotencyKey(request.idempotencyKey))
  }
}

extension AppendMessage.Destination {
  init(conversation id: String) throws(RPCError) {
    self = .conversation(try ConversationID(field: "conversation_id", id))
  }

  init(recipient id: String) throws(RPCError) {
    self = .direct(try UserID(field: "recipient_id", id))
  }

  init(assigned role: WardlineAPI.Role) throws(RPCError) {
    guard let role = try ChatModel.Role(field: "care_role", role) else {
      throw .invalid("care_role", "must be given")
    }
    self = .assigned(role)
  }
}

extension RPCError {
  static let noDestinationOfSend = RPCError(
    .invalidArgument,
    "give one of conversation_id, recipient_id, care_role and patient_id"
  )
  static let noDestination = RPCError(
    .invalidArgument,
    "give either conversation_id or recipient_id"
  )
}
