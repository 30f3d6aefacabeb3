import WardlineAPI

extension Shapes {
  static let messageDeleted = ObjectShape<MessageDeleted>(
    "MessageDeleted",
    [
      .text("Message_id") { $0.messageID },
      .optionalText("Deleted_by_User_id") { $0.deletedByUserID },
    ]
  )

  static let messageHidden = ObjectShape<MessageHidden>(
    "MessageHidden",
    [.text("Message_id") { $0.messageID }]
  )

  static let receiptMoved = ObjectShape<ReceiptMoved>(
    "ReceiptMoved",
    [
      .text("Sender_id") { $0.senderID },
      .text("User_id") { $0.userID },
      .word("Kind") { $0.kind },
      .integer("Up_to") { $0.upTo },
    ]
  )

  static let reactionChanged = ObjectShape<ReactionChanged>(
    "ReactionChanged",
    [
      .text("Message_id") { $0.messageID },
      .text("User_id") { $0.userID },
      .text("Emoji") { $0.emoji },
    ]
  )

  static let conversationUpdated = ObjectShape<ConversationUpdated>(
    "ConversationUpdated",
    [
      .optionalText("Title") { $0.title },
      .flag("Is_Active") { $0.isActive },
      .word("History") { $0.history },
      .flag("Is_sensitive") { $0.isSensitive },
      .optionalText("Changed_by_User_id") { $0.changedByUserID },
    ]
  )

  static let conversationMuted = ObjectShape<ConversationMuted>(
    "ConversationMuted",
    [.time("Muted_until") { $0.mutedUntilMs }]
  )

  static let participantLeft = ObjectShape<ParticipantLeft>(
    "ParticipantLeft",
    [
      .text("Sender_id") { $0.senderID },
      .text("User_id") { $0.userID },
      .word("Reason") { $0.reason },
    ]
  )

  static let participantChanged = ObjectShape<ParticipantChanged>(
    "ParticipantChanged",
    [
      .text("Sender_id") { $0.senderID },
      .text("User_id") { $0.userID },
      .word("Participant_role") { $0.participantRole },
    ]
  )

  static let attachmentChanged = ObjectShape<AttachmentChanged>(
    "AttachmentChanged",
    [
      .text("Attachment_id") { $0.attachmentID },
      .word("State") { $0.state },
      .flag("Has_thumbnail") { $0.hasThumbnail },
    ]
  )

  static let typing = ObjectShape<TypingChanged>(
    "Typing",
    [.text("User_id") { $0.userID }, .flag("Typing") { $0.typing }]
  )

  static let presenceChanged = ObjectShape<PresenceChanged>(
    "PresenceChanged",
    [.list("data", presence) { $0.presences }, .flag("Incomplete") { $0.incomplete }]
  )

  static let heartbeat = ObjectShape<Heartbeat>(
    "Heartbeat",
    [.time("Server_time") { $0.serverTimeMs }, .flag("Caught_up") { $0.caughtUp }]
  )
}

extension CareAssignment {
  /// The assignment that an event tells of.
  init(_ change: AssignmentChanged) {
    self.init(
      patientID: change.patientID,
      professionalID: change.professionalID,
      careRole: change.careRole,
      assignedAtMs: change.assignedAtMs,
      endedAtMs: change.endedAtMs,
      assignedByUserID: change.assignedByUserID,
      note: change.note
    )
  }
}
