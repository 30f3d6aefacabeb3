import WardlineAPI

/// How things are written as JSON, under the names of the commissioning documents.
enum Shapes {}

extension Shapes {
  static let sender = ObjectShape<Sender>(
    "Sender",
    [
      .text("Sender_id") { $0.senderID },
      .text("User_id") { $0.userID },
      .word("User_Type") { $0.userType },
      .text("Display_name") { $0.displayName },
    ]
  )

  static let messageReference = ObjectShape<MessageReference>(
    "MessageReference",
    [
      .text("Message_id") { $0.messageID },
      .object("Sender", sender) { $0.sender },
      .word("Message_Type") { $0.messageType },
      .text("Preview") { $0.preview },
      .flag("Is_deleted") { $0.isDeleted },
    ]
  )

  static let reaction = ObjectShape<Reaction>(
    "Reaction",
    [
      .text("Emoji") { $0.emoji },
      .integer("Count") { Int64($0.count) },
      .texts("User_ids") { $0.userIDs },
    ]
  )

  static let message = ObjectShape<Message>(
    "Message",
    [
      .text("Message_id") { $0.messageID },
      .text("Conversation_id") { $0.conversationID },
      .integer("Sequence") { $0.sequence },
      .text("Sender_id") { $0.senderID },
      .object("Sender", sender) { $0.sender },
      .word("Message_Type") { $0.messageType },
      .text("Content") { $0.content },
      .optionalText("Attachment_Url") { $0.attachmentURL },
      .optionalText("Attachment_id") { $0.attachmentID },
      .flag("Is_read") { $0.isRead },
      .word("Status") { $0.status },
      .time("Created_at") { $0.createdAtMs },
      .time("Updated_at") { $0.updatedAtMs },
      .word("Priority") { $0.priority },
      .texts("Mentions") { $0.mentions },
      .integer("Version") { Int64($0.version) },
      .flag("Is_deleted") { $0.isDeleted },
      .time("Deleted_at") { $0.deletedAtMs },
      .object("Reply_to", messageReference) { $0.replyTo },
      .optionalText("Forwarded_from") { $0.forwardedFrom },
      .optionalText("Acting_service_id") { $0.actingServiceID },
      .list("Reactions", reaction) { $0.reactions },
    ]
  )

  static let messagePage = message.page()

  static let messageUpdate = ObjectShape<UpdateMessageResponse>(
    "MessageUpdate",
    [
      .text("Message_id") { $0.messageID },
      .integer("Version") { Int64($0.version) },
      .time("Updated_at") { $0.updatedAtMs },
    ]
  )

  static let messageVersion = ObjectShape<MessageVersion>(
    "MessageVersion",
    [
      .integer("Version") { Int64($0.version) },
      .text("Content") { $0.content },
      .texts("Mentions") { $0.mentions },
      .time("Written_at") { $0.writtenAtMs },
    ]
  )

  static let sentMessage = ObjectShape<SendMessageResponse>(
    "SentMessage",
    [
      .text("Message_id") { $0.messageID },
      .text("Conversation_id") { $0.conversationID },
      .integer("Sequence") { $0.sequence },
      .text("Sender_id") { $0.senderID },
      .time("Created_at") { $0.createdAtMs },
    ]
  )

  static let highlight = ObjectShape<Highlight>(
    "Highlight",
    [
      .integer("Start") { Int64($0.start) },
      .integer("Length") { Int64($0.length) },
    ]
  )

  static let messageHit = ObjectShape<MessageHit>(
    "MessageHit",
    [
      .object("Message", message) { $0.message },
      .text("Snippet") { $0.snippet },
      .list("Highlights", highlight) { $0.highlights },
      .number("Score") { $0.score },
    ]
  )
}
