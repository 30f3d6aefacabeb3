import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func createConversation(_ intent: CreateConversation) throws -> CreatedConversation {
    let pair = try activePair(intent.creator, intent.other, field: "participants")
    let existing = try directConversation(of: intent.creator, and: intent.other)
    let open =
      try existing ?? createDirectConversation(pair, creator: intent.creator, at: intent.now)
    return CreatedConversation(
      conversation: open.conversation,
      participants: open.members.map(\.participant),
      isNew: existing == nil
    )
  }

  /// The two users of a direct conversation.
  ///
  /// Throws `notFound(.user)` if one is not there or inactive, `invalidArgument` if they are one.
  func activePair(_ one: UserID, _ other: UserID, field: String) throws -> UserPair {
    guard let pair = UserPair(try activeUser(one), try activeUser(other)) else {
      throw ChatError.invalidArgument(field: field, message: "must be two different users")
    }
    return pair
  }

  /// Writes a direct conversation, its two participants, and the event of its beginning.
  func createDirectConversation(
    _ pair: UserPair,
    creator: UserID,
    at time: Timestamp
  ) throws -> OpenConversation {
    let id = try freshConversationID(at: time)
    try db.run(
      """
      INSERT INTO chat_conversations (conversation_id, type, is_active, user_id, member_id,
        created_at, updated_at) VALUES (?, 'direct', 1, ?, ?, ?, ?)
      """,
      [
        id.rawValue, pair.userID.rawValue, pair.memberID.rawValue, time.milliseconds,
        time.milliseconds,
      ]
    )
    // In force from the event of the beginning on.
    guard let joined = EventPosition(rawValue: try nextPosition().rawValue - 1) else {
      throw DamagedRow()
    }
    let members = try [pair.userID, pair.memberID].map {
      try insertParticipant($0, in: id, joined: joined, at: time)
    }
    guard let first = members.first(where: { $0.participant.userID == creator }) else {
      throw DamagedRow()
    }
    try db.run(
      "UPDATE chat_conversations SET created_by = ? WHERE conversation_id = ?",
      [first.participant.id.rawValue, id.rawValue]
    )
    let conversation = Conversation(
      id: id,
      type: .direct,
      title: nil,
      isActive: true,
      pair: pair,
      createdBy: first.participant.id,
      createdAt: time,
      updatedAt: time,
      lastSequence: .zero,
      lastMessageAt: nil
    )
    let open = OpenConversation(conversation, members: members)
    put(open)
    try record(
      .conversationCreated(conversation, participants: members.map(\.participant)),
      in: open,
      at: time
    )
    return open
  }

  private func insertParticipant(
    _ userID: UserID,
    in conversation: ConversationID,
    joined: EventPosition,
    at time: Timestamp
  ) throws -> StoredParticipant {
    let user = try activeUser(userID)
    try db.run(
      """
      INSERT INTO chat_participants (conversation_id, user_id, user_type, joined_at, is_active,
        created_at, joined_position) VALUES (?, ?, ?, ?, 1, ?, ?)
      """,
      [
        conversation.rawValue, userID.rawValue, user.role.rawValue, time.milliseconds,
        time.milliseconds, joined.rawValue,
      ]
    )
    guard let id = ParticipantID(rawValue: db.lastInsertedRowID) else { throw DamagedRow() }
    let participant = Participant(
      id: id,
      conversationID: conversation,
      userID: userID,
      role: user.role,
      displayName: user.displayName,
      joinedAt: time,
      leftAt: nil,
      isActive: true,
      createdAt: time,
      delivered: .start,
      read: .start
    )
    return StoredParticipant(
      participant: participant,
      ownAfterRead: 0,
      joinedPosition: joined,
      leftPosition: nil
    )
  }
}
