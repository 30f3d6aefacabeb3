import WardlineAPI

extension Shapes {
  static let presence = ObjectShape<UserPresence>(
    "Presence",
    [
      .text("User_id") { $0.userID },
      .flag("Online") { $0.online },
      .word("Status") { $0.status },
      .text("Status_text") { $0.statusText },
      .time("Status_ends_at") { $0.statusEndsAtMs },
      .time("Last_seen_at") { $0.lastSeenAtMs },
    ]
  )

  static let participant = ObjectShape<Participant>(
    "Participant",
    [
      .text("Sender_id") { $0.senderID },
      .text("Conversation_id") { $0.conversationID },
      .text("User_id") { $0.userID },
      .word("User_Type") { $0.userType },
      .text("Display_name") { $0.displayName },
      .time("Joined_at") { $0.joinedAtMs },
      .time("Left_at") { $0.leftAtMs },
      .flag("Is_Active") { $0.isActive },
      .time("Created_at") { $0.createdAtMs },
      .word("Participant_role") { $0.participantRole },
      .integer("Joined_sequence") { $0.joinedSequence },
      .integer("Left_sequence") { $0.leftSequence },
      .integer("Delivered_up_to") { $0.deliveredUpTo },
      .time("Delivered_at") { $0.deliveredAtMs },
      .integer("Read_up_to") { $0.readUpTo },
      .time("Read_at") { $0.readAtMs },
      .integer("Acknowledged_up_to") { $0.acknowledgedUpTo },
      .time("Acknowledged_at") { $0.acknowledgedAtMs },
      .object("Presence", presence) { $0.presence },
    ]
  )

  static let conversation = ObjectShape<Conversation>(
    "Conversation",
    [
      .text("Conversation_id") { $0.conversationID },
      .optionalText("Title") { $0.title },
      .word("Type") { $0.type },
      .flag("Is_Active") { $0.isActive },
      .optionalText("User_id") { $0.userID },
      .optionalText("Member_id") { $0.memberID },
      .optionalText("Created_by_Sender_id") { $0.createdBySenderID },
      .time("Created_at") { $0.createdAtMs },
      .time("Updated_at") { $0.updatedAtMs },
      .integer("Last_sequence") { $0.lastSequence },
      .object("Last_message", message) { $0.lastMessage },
      .text("Preview") { $0.preview },
      .integer("Unread_count") { $0.unreadCount },
      .list("Participants", participant) { $0.participants },
      .word("History") { $0.history },
      .flag("Is_sensitive") { $0.isSensitive },
      .time("Muted_until") { $0.mutedUntilMs },
      .optionalText("Patient_id") { $0.patientID },
      .word("Care_role") { $0.careRole },
      .optionalText("Patient_Name") { $0.patientName },
    ]
  )

  static let conversationPage = conversation.page()

  /// The page, and how much is unread on all pages.
  static let conversationList = ObjectShape<ConversationList>(
    "ConversationList",
    [
      .list("data", conversation) { $0.page.items },
      .flag("has_more") { $0.page.hasMore },
      .optionalText("before") { $0.page.before },
      .optionalText("after") { $0.page.after },
      .integer("Unread_total") { $0.unreadTotal },
    ]
  )

  static let departure = ObjectShape<Departure>(
    "Departure",
    [.text("Sender_id") { $0.senderID }, .time("Left_at") { $0.leftAtMs }]
  )

  static let roleChange = ObjectShape<SetParticipantRoleResponse>(
    "RoleChange",
    [
      .text("Sender_id") { $0.senderID },
      .word("Participant_role") { $0.participantRole },
    ]
  )

  static let mute = ObjectShape<Mute>(
    "Mute",
    [
      .text("Conversation_id") { $0.conversationID },
      .time("Muted_until") { $0.untilMs },
    ]
  )
}

/// A page of conversations with the unread messages of all pages.
struct ConversationList: Sendable {
  var page: Page<Conversation>
  var unreadTotal: Int64
}

/// Somebody has left a conversation, or was removed.
struct Departure: Sendable {
  var senderID: String
  var leftAtMs: Int64
}

/// Until when a conversation is muted.
struct Mute: Sendable {
  var conversationID: String
  var untilMs: Int64
}

extension Conversation {
  /// The patient who takes part, if there is one.
  var patientParticipant: Participant? {
    participants.first { $0.userType == .patient && $0.isActive }
      ?? participants.first { $0.userType == .patient }
  }

  /// Empty without a patient.
  var patientName: String { patientParticipant?.displayName ?? "" }
}
