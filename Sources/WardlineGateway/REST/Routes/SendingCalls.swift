import ChatModel
import Hummingbird
import WardlineAPI

// Sending, which several routes do.
extension RouteCall {
  /// Sends what the body says and gives the message as it was stored, which is the same for every
  /// repetition with one key.
  func send(to: SendMessageRequest.To) async throws -> WardlineAPI.Message {
    let request = SendMessageRequest(
      to: to,
      messageType: body.word("Message_Type"),
      content: body.text("Content"),
      idempotencyKey: idempotencyKey,
      priority: body.word("Priority"),
      replyTo: body.text("Reply_to"),
      mentions: body.texts("Mentions"),
      attachmentID: body.text("Attachment_id")
    )
    return WardlineAPI.Message(
      sent: try await api.messages.send(request, options: options),
      request
    )
  }

  /// The one field of several that says where something goes.
  ///
  /// - Throws: a problem when it is none of them, or more than one.
  func onlyField(of names: String...) throws(Problem) -> String {
    let given = names.filter(body.has)
    guard let name = given.first else {
      throw .invalid(names[0], "must be given, or \(names.dropFirst().joined(separator: " or "))")
    }
    if given.count > 1 { throw .invalid(given[1], "must not be given together with \(name)") }
    return name
  }
}

extension WardlineAPI.Message {
  /// A message as it was stored. Who the sender is in words is not said: it may change.
  fileprivate init(sent: SendMessageResponse, _ request: SendMessageRequest) {
    self.init(
      messageID: sent.messageID,
      conversationID: sent.conversationID,
      sequence: sent.sequence,
      senderID: sent.senderID,
      messageType: request.messageType == .unspecified ? .text : request.messageType,
      content: request.content,
      attachmentURL: AttachmentID(request.attachmentID)?.url ?? "",
      status: .sent,
      createdAtMs: sent.createdAtMs,
      updatedAtMs: sent.createdAtMs,
      priority: request.priority == .unspecified ? .routine : request.priority,
      mentions: request.mentions,
      version: 1,
      replyTo: request.replyTo.isEmpty ? nil : MessageReference(messageID: request.replyTo),
      attachmentID: request.attachmentID
    )
  }
}

extension RequestField {
  /// What a message is made of, wherever it goes.
  static let message = [
    RequestField("Content", .text),
    RequestField("Message_Type", .words(WardlineAPI.MessageType.words)),
    RequestField("Attachment_id", .text),
    RequestField("Priority", .words(WardlineAPI.MessagePriority.words)),
    RequestField("Reply_to", .text),
    RequestField("Mentions", .texts),
  ]
}

extension HTTPFields {
  /// Where a message is to be had.
  static func location(ofMessage id: String) -> HTTPFields { [.location: "/messages/\(id)"] }
}
