import WardlineAPI

/// How far a reader has come in a conversation, as the three calls that move it answer.
struct Progress: Sendable {
  var conversationID: String
  var deliveredUpTo: Int64
  var readUpTo: Int64
  var acknowledgedUpTo: Int64 = 0
  var unreadCount: Int64 = 0
}

/// The receipts of one message.
struct MessageReceipts: Sendable {
  var messageID: String
  var response: ReceiptsResponse
}

/// How often an emoji stands under a message.
struct ReactionCount: Sendable {
  var messageID: String
  var emoji: String
  var count: Int32
}

/// What a user has not read.
struct UnreadCount: Sendable {
  var userID: String
  var count: Int64
}

extension Shapes {
  static let delivered = ObjectShape<Progress>(
    "Delivered",
    [
      .text("Conversation_id") { $0.conversationID },
      .integer("Delivered_up_to") { $0.deliveredUpTo },
      .integer("Read_up_to") { $0.readUpTo },
    ]
  )

  static let read = ObjectShape<Progress>(
    "Read",
    delivered.fields + [.integer("Unread_count") { $0.unreadCount }]
  )

  static let acknowledged = ObjectShape<Progress>(
    "Acknowledged",
    read.fields + [.integer("Acknowledged_up_to") { $0.acknowledgedUpTo }]
  )

  static let receipt = ObjectShape<Receipt>(
    "Receipt",
    [
      .text("Sender_id") { $0.senderID },
      .text("User_id") { $0.userID },
      .text("Display_name") { $0.displayName },
      .time("Delivered_at") { $0.deliveredAtMs },
      .time("Read_at") { $0.readAtMs },
      .time("Acknowledged_at") { $0.acknowledgedAtMs },
      .flag("Is_Active") { $0.isActive },
    ]
  )

  static let messageReceipts = ObjectShape<MessageReceipts>(
    "MessageReceipts",
    [
      .text("Message_id") { $0.messageID },
      .time("Sent_at") { $0.response.sentAtMs },
      .list("data", receipt) { $0.response.receipts },
    ]
  )

  static let reactionCount = ObjectShape<ReactionCount>(
    "ReactionCount",
    [
      .text("Message_id") { $0.messageID },
      .text("Emoji") { $0.emoji },
      .integer("Count") { Int64($0.count) },
    ]
  )

  static let unreadCount = ObjectShape<UnreadCount>(
    "UnreadCount",
    [
      .text("User_id") { $0.userID },
      .integer("Unread_count") { $0.count },
    ]
  )
}
