import ChatModel
import GRDB

/// One transaction, and what it knows of the rows it has met.
///
/// It lives as long as the transaction, so what it remembers cannot grow stale: there is one writer,
/// and a rollback drops the object with everything in it.
final class WriteTransaction {
  let db: Database
  private(set) var events: [Event] = []
  private let makeConversationID: @Sendable (Timestamp) -> ConversationID
  private var openConversations: [ConversationID: OpenConversation] = [:]
  private var users: [UserID: User] = [:]
  private var directConversations: [Set<UserID>: ConversationID] = [:]
  private var headPosition: EventPosition?
  private var knownAppendStatements: AppendStatements?

  init(_ db: Database, makeConversationID: @escaping @Sendable (Timestamp) -> ConversationID) {
    self.db = db
    self.makeConversationID = makeConversationID
  }

  // MARK: What is there

  func user(_ id: UserID) throws -> User? {
    if let user = users[id] { return user }
    let user = try Queries.user(id, db)
    users[id] = user
    return user
  }

  /// The user, if he exists and is active; throws `notFound(.user)` otherwise.
  func activeUser(_ id: UserID) throws -> User {
    guard let user = try user(id), user.isActive else { throw ChatError.notFound(.user) }
    return user
  }

  func conversation(_ id: ConversationID) throws -> OpenConversation? {
    if let open = openConversations[id] { return open }
    guard let conversation = try Queries.conversation(id, db) else { return nil }
    let open = OpenConversation(conversation, members: try Queries.participants(of: id, db))
    openConversations[id] = open
    return open
  }

  func directConversation(of one: UserID, and other: UserID) throws -> OpenConversation? {
    let users: Set = [one, other]
    if let id = directConversations[users] { return try conversation(id) }
    guard let id = try Queries.directConversation(of: one, and: other, db) else { return nil }
    directConversations[users] = id
    return try conversation(id)
  }

  // MARK: What becomes of it

  func put(_ user: User) { users[user.id] = user }

  func put(_ open: OpenConversation) {
    openConversations[open.conversation.id] = open
    if let pair = open.conversation.pair {
      directConversations[[pair.userID, pair.memberID]] = open.conversation.id
    }
  }

  /// Has every conversation read anew, after what was put off is written: its participants carry
  /// the names of users, and one has changed.
  func forgetConversations() throws {
    try flush()
    openConversations = [:]
  }

  /// An identifier that no conversation has.
  func freshConversationID(at time: Timestamp) throws -> ConversationID {
    // Two of one millisecond agree once in four million.
    for _ in 0..<8 {
      let id = makeConversationID(time)
      if try conversation(id) == nil { return id }
    }
    throw ChatError.unavailable
  }

  /// The position that the next event gets.
  func nextPosition() throws -> EventPosition {
    if let headPosition { return headPosition.next }
    let head = try Queries.headPosition(db)
    headPosition = head
    return head.next
  }

  /// Writes an event to the log, under the next position.
  func record(_ kind: Event.Kind, in open: OpenConversation, at time: Timestamp) throws {
    let event = try nextEvent(kind, in: open, at: time)
    try StoredEvent.insert(event, db)
    headPosition = event.position
    events.append(event)
  }

  /// The same for a message, which is what nearly all events are.
  func record(_ message: Message, in open: OpenConversation) throws {
    let event = try nextEvent(.messageCreated(message), in: open, at: message.createdAt)
    try appendStatements().record(message, at: event.position)
    headPosition = event.position
    events.append(event)
  }

  private func nextEvent(
    _ kind: Event.Kind,
    in open: OpenConversation,
    at time: Timestamp
  ) throws -> Event {
    Event(
      position: try nextPosition(),
      conversationID: open.conversation.id,
      occurredAt: time,
      audience: open.audience,
      kind: kind
    )
  }

  /// The statements of messages, looked up when the first one comes.
  func appendStatements() throws -> AppendStatements {
    if let known = knownAppendStatements { return known }
    let statements = try AppendStatements(db)
    knownAppendStatements = statements
    return statements
  }

  /// Writes what was put off until now. The last thing before the commit.
  func flush() throws {
    for open in openConversations.values {
      if open.isDirty { try flush(open.conversation) }
      open.isDirty = false
      for member in open.takeDirtyMembers() { try flush(member) }
    }
  }

  private func flush(_ conversation: Conversation) throws {
    try db.run(
      """
      UPDATE chat_conversations SET last_sequence = ?, last_message_at = ?
      WHERE conversation_id = ?
      """,
      [
        conversation.lastSequence.rawValue, conversation.lastMessageAt?.milliseconds,
        conversation.id.rawValue,
      ]
    )
  }

  private func flush(_ member: StoredParticipant) throws {
    let participant = member.participant
    try db.run(
      """
      UPDATE chat_participants SET delivered_up_to = ?, delivered_at = ?, read_up_to = ?,
        read_at = ?, own_after_read = ? WHERE participant_id = ?
      """,
      [
        participant.delivered.upTo.rawValue, participant.delivered.movedAt?.milliseconds,
        participant.read.upTo.rawValue, participant.read.movedAt?.milliseconds,
        member.ownAfterRead, participant.id.rawValue,
      ]
    )
  }
}
