import ChatModel
import Hummingbird
import WardlineAPI

// Sending, which several routes do.
extension RouteCall {
  /// Sends what the body says and gives the message as it was stored, which is the same for every
  /// repetition with one key.
  func send(to: SendMessageRequest.To) async throws -> WardlineAPI.Message {
    let attachment = try attachmentID()
    let request = SendMessageRequest(
      to: to,
      messageType: body.word("Message_Type"),
      content: body.text("Content"),
      idempotencyKey: idempotencyKey,
      priority: body.word("Priority"),
      replyTo: body.text("Reply_to"),
      mentions: body.texts("Mentions"),
      attachmentID: attachment,
      asSender: body.text("Sender_id")
    )
    return WardlineAPI.Message(
      sent: try await api.messages.send(request, options: options),
      request
    )
  }

  /// The upload that goes with a message, by its name or by where it is to be had; empty for none.
  private func attachmentID() throws(Problem) -> String {
    let url = body.text("Attachment_Url")
    if url.isEmpty { return body.text("Attachment_id") }
    if body.has("Attachment_id") {
      throw .invalid("Attachment_Url", "must not be given together with Attachment_id")
    }
    guard let id = AttachmentID(url: url) else {
      throw .invalid("Attachment_Url", "must be that of an upload: POST /api/attachments first")
    }
    return id.description
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
    RequestField("Content", .form(.optionalText)),
    RequestField("Message_Type", .words(WardlineAPI.MessageType.words)),
    RequestField("Attachment_id", .attachmentID),
    RequestField("Attachment_Url", .form(.attachmentURL)),
    RequestField("Sender_id", .userID, as: "as_sender"),
    RequestField("Priority", .words(WardlineAPI.MessagePriority.words)),
    RequestField("Reply_to", .messageID),
    RequestField("Mentions", .distinct(.userID)),
  ]
}

extension [BodyForm] {
  /// What a message says, or a file, about which something may be said.
  static var ofMessage: [BodyForm] {
    [
      BodyForm(
        RequestField("Content", .form(.text)),
        beside: [
          RequestField("Message_Type", .words(["text", "system", "call"])),
          .absent("Attachment_id"), .absent("Attachment_Url"),
        ]
      ),
      BodyForm(
        isFile,
        RequestField("Attachment_id", .attachmentID),
        beside: [.absent("Attachment_Url")]
      ),
      BodyForm(
        isFile,
        RequestField("Attachment_Url", .form(.attachmentURL)),
        beside: [.absent("Attachment_id")]
      ),
    ]
  }

  private static var isFile: RequestField {
    RequestField("Message_Type", .words(["file", "image"]))
  }
}

extension HTTPFields {
  /// Where a message is to be had.
  static func location(ofMessage id: String) -> HTTPFields { [.location: "/messages/\(id)"] }
}
