import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  /// The newest position: what joins now is in force from the next event on.
  func positionBeforeNext() throws -> EventPosition {
    guard let position = EventPosition(rawValue: try nextPosition().rawValue - 1) else {
      throw DamagedRow()
    }
    return position
  }

  func insertParticipant(
    _ userID: UserID,
    in conversation: Conversation,
    as role: ParticipantRole,
    joined: EventPosition
  ) throws -> StoredParticipant {
    let user = try activeUser(userID)
    // What was said before does not wait to be read.
    let start = conversation.lastSequence.rawValue
    try db.run(
      """
      INSERT INTO chat_participants (conversation_id, user_id, user_type, joined_at, is_active,
        created_at, joined_position, participant_role, joined_sequence, delivered_up_to,
        read_up_to, acknowledged_up_to) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        conversation.id.rawValue, userID.rawValue, user.role.rawValue, context.now.milliseconds,
        context.now.milliseconds, joined.rawValue, role.rawValue, start, start, start, start,
      ]
    )
    guard let id = ParticipantID(rawValue: db.lastInsertedRowID) else { throw DamagedRow() }
    let mark = Watermark(upTo: conversation.lastSequence, movedAt: nil)
    var participant = Participant(
      id: id,
      conversationID: conversation.id,
      userID: userID,
      role: user.role,
      displayName: user.displayName,
      joinedAt: context.now,
      leftAt: nil,
      isActive: true,
      createdAt: context.now,
      delivered: mark,
      read: mark
    )
    participant.acknowledged = mark
    participant.conversationRole = role
    participant.joinedSequence = conversation.lastSequence
    return StoredParticipant(
      participant: participant,
      notCountedAfterRead: 0,
      joinedPosition: joined,
      leftPosition: nil,
      mutedUntil: nil
    )
  }

  // MARK: Joining

  func addParticipants(_ intent: AddParticipants) throws -> AddedParticipants {
    let open = try managedConversation(intent.conversation)
    guard open.rules.hasChangingParticipants else {
      throw ChatError.failedPrecondition(.participantsFixed)
    }
    guard open.conversation.isActive else {
      throw ChatError.failedPrecondition(.conversationClosed)
    }
    try demandOwner(toGrant: intent.role, in: open)
    let users = try intent.users.map { try activeUser($0) }
    let newcomers = intent.users.filter { open.activeIndex(of: $0) == nil }
    // What a patient tells who cares for them is not for another patient.
    if open.conversation.type == .support,
      users.contains(where: { $0.role == .patient && newcomers.contains($0.id) })
    {
      throw ChatError.failedPrecondition(.onePatient)
    }
    guard open.audience.count + newcomers.count <= intent.participantsMax else {
      throw ChatError.limitReached(
        "a conversation has at most \(intent.participantsMax) participants"
      )
    }
    for user in newcomers { try join(user, as: intent.role, open) }
    return AddedParticipants(participants: intent.users.compactMap { open.participant($0) })
  }

  func join(_ user: UserID, as role: ParticipantRole, _ open: OpenConversation) throws {
    let member = try insertParticipant(
      user,
      in: open.conversation,
      as: role,
      joined: try positionBeforeNext()
    )
    open.put(member)
    try record(
      .participantJoined(member.participant),
      in: open,
      at: context.now,
      for: open.witnesses(of: user)
    )
  }

  /// Only owners, and administrators, make others more than members.
  private func demandOwner(toGrant role: ParticipantRole, in open: OpenConversation) throws {
    if role == .member || context.isAdministrator { return }
    guard open.participant(context.actor)?.conversationRole == .owner else {
      throw ChatError.permissionDenied
    }
  }

  // MARK: Leaving

  func removeParticipant(_ intent: RemoveParticipant) throws -> RemovedParticipant {
    let isLeaving = intent.user == context.actor
    let open = try ownConversation(intent.conversation)
    let actor = open.participant(context.actor)
    if !isLeaving, !context.isAdministrator, !(actor.map(open.rules.letManage) ?? false) {
      throw ChatError.permissionDenied
    }
    guard open.rules.hasChangingParticipants else {
      throw ChatError.failedPrecondition(.participantsFixed)
    }
    guard let leaver = open.participant(intent.user) else {
      throw ChatError.notFound(.participant)
    }
    // A support conversation is its patient's.
    if open.conversation.type == .support, leaver.role == .patient {
      throw ChatError.failedPrecondition(.participantsFixed)
    }
    let outranks = leaver.conversationRole == .owner && actor?.conversationRole != .owner
    if !isLeaving, !context.isAdministrator, outranks { throw ChatError.permissionDenied }
    if !context.isAdministrator { try demandAnotherOwner(than: leaver, in: open) }
    try leave(intent.user, open, isLeaving ? .left : .removed)
    return RemovedParticipant(participantID: leaver.id, leftAt: max(context.now, leaver.joinedAt))
  }

  /// Who is the only owner leaves last.
  private func demandAnotherOwner(than owner: Participant, in open: OpenConversation) throws {
    guard owner.conversationRole == .owner, open.audience.count > 1 else { return }
    let others = open.members.map(\.participant).filter {
      $0.isActive && $0.conversationRole == .owner && $0.id != owner.id
    }
    if others.isEmpty { throw ChatError.failedPrecondition(.lastOwner) }
  }

  /// Ends a participation: its event is the last one that the leaver sees.
  func leave(_ user: UserID, _ open: OpenConversation, _ reason: DepartureReason) throws {
    guard let index = open.activeIndex(of: user) else { return }
    var member = open.members[index]
    let position = try nextPosition()
    try record(
      .participantLeft(member.participant.id, user, reason: reason),
      in: open,
      at: context.now,
      for: open.witnesses(of: user)
    )
    member.participant.isActive = false
    member.participant.leftAt = max(context.now, member.participant.joinedAt)
    member.participant.leftSequence = open.conversation.lastSequence
    member.leftPosition = position
    try db.run(
      """
      UPDATE chat_participants SET is_active = 0, left_at = ?, left_position = ?,
        left_sequence = ? WHERE participant_id = ?
      """,
      [
        member.participant.leftAt?.milliseconds, position.rawValue,
        open.conversation.lastSequence.rawValue, member.participant.id.rawValue,
      ]
    )
    open.put(member)
  }

  // MARK: Roles

  func setParticipantRole(_ intent: SetParticipantRole) throws -> ParticipantRoleSet {
    let open = try ownConversation(intent.conversation)
    guard context.isAdministrator || open.participant(context.actor)?.conversationRole == .owner
    else { throw ChatError.permissionDenied }
    guard open.rules.hasChangingParticipants else {
      throw ChatError.failedPrecondition(.participantsFixed)
    }
    guard let index = open.activeIndex(of: intent.user) else {
      throw ChatError.notFound(.participant)
    }
    let participant = open.members[index].participant
    let outcome = ParticipantRoleSet(participantID: participant.id, role: intent.role)
    if participant.conversationRole == intent.role { return outcome }
    try demandAnotherOwner(than: participant, in: open)
    try setRole(intent.role, at: index, in: open)
    return outcome
  }

  func setRole(_ role: ParticipantRole, at index: Int, in open: OpenConversation) throws {
    var member = open.members[index]
    if member.participant.conversationRole == role { return }
    let user = member.participant.userID
    member.participant.conversationRole = role
    try db.run(
      "UPDATE chat_participants SET participant_role = ? WHERE participant_id = ?",
      [role.rawValue, member.participant.id.rawValue]
    )
    open.put(member)
    try record(
      .participantChanged(member.participant.id, user, role: role),
      in: open,
      at: context.now,
      for: open.witnesses(of: user)
    )
  }
}
