import ChatModel
import ChatRepository
import GRDB

/// One transaction, with what the writer knows of the rows it has met.
final class WriteTransaction {
  let db: Database
  /// Around the write that runs now.
  private(set) var context: WriteContext
  private(set) var events: [Event] = []
  private let names: NameSource
  private let memory: WriterMemory
  private var knownAppendStatements: AppendStatements?

  init(
    _ db: Database,
    _ memory: WriterMemory,
    for context: WriteContext,
    names: NameSource
  ) {
    self.db = db
    self.memory = memory
    self.context = context
    self.names = names
  }

  /// What follows is done for another write.
  func begin(_ context: WriteContext) { self.context = context }

  // MARK: What is there

  func user(_ id: UserID) throws -> User? {
    if let user = memory.users[id] { return user }
    let user = try Queries.user(id, db)
    memory.users[id] = user
    return user
  }

  /// The user, if he exists and is active; throws `notFound(.user)` otherwise.
  func activeUser(_ id: UserID) throws -> User {
    guard let user = try user(id), user.isActive else { throw ChatError.notFound(.user) }
    return user
  }

  func conversation(_ id: ConversationID) throws -> OpenConversation? {
    if let open = memory.conversations[id] { return open }
    guard let conversation = try Queries.conversation(id, db) else { return nil }
    let open = OpenConversation(conversation, members: try Queries.participants(of: id, db))
    memory.keep(open)
    return open
  }

  func directConversation(of one: UserID, and other: UserID) throws -> OpenConversation? {
    let users: Set = [one, other]
    if let id = memory.directConversations[users] { return try conversation(id) }
    guard let id = try Queries.directConversation(of: one, and: other, db) else { return nil }
    memory.directConversations[users] = id
    return try conversation(id)
  }

  /// The conversations with something that was put off. Afterwards there are none.
  func takeUnwritten() -> [OpenConversation] {
    defer { memory.unwritten = [] }
    return memory.unwritten
  }

  /// Something of a conversation is written at the end.
  func putOff(_ open: OpenConversation) {
    if open.isPutOff { return }
    open.isPutOff = true
    memory.unwritten.append(open)
  }

  /// A conversation in which the actor takes part, or which he administers.
  ///
  /// Throws `notFound(.conversation)` for every other.
  func ownConversation(_ id: ConversationID) throws -> OpenConversation {
    guard let open = try conversation(id),
      context.isAdministrator || open.activeIndex(of: context.actor) != nil
    else { throw ChatError.notFound(.conversation) }
    return open
  }

  // MARK: What becomes of it

  func put(_ user: User) { memory.users[user.id] = user }

  func put(_ open: OpenConversation) {
    memory.keep(open)
    if let pair = open.conversation.pair {
      memory.directConversations[[pair.userID, pair.memberID]] = open.conversation.id
    }
  }

  /// Has every conversation read anew, after what was put off is written: its participants carry
  /// the names of users, and one has changed.
  func forgetConversations() throws {
    try flush()
    memory.forgetConversations()
  }

  /// An identifier that no conversation has.
  func freshConversationID(at time: Timestamp) throws -> ConversationID {
    // Two of one millisecond agree once in four million.
    for _ in 0..<8 {
      let id = names.makeConversationID(time)
      if try conversation(id) == nil { return id }
    }
    throw ChatError.unavailable
  }

  /// An identifier of an attachment. Two of 63 random bits are never the same.
  func freshAttachmentID() -> AttachmentID { names.makeAttachmentID() }

  /// The position that the next event gets.
  func nextPosition() throws -> EventPosition {
    if let head = memory.headPosition { return head.next }
    let head = try Queries.headPosition(db)
    memory.headPosition = head
    return head.next
  }

  /// The number of the database.
  private func instance() throws -> Int64? {
    if let known = memory.instance { return known }
    let found = try db.first("SELECT instance FROM log", []) { try $0.optionalInt64() } ?? nil
    memory.instance = found
    return found
  }

  /// Writes an event to the log, under the next position.
  ///
  /// - Parameter audience: whom it concerns alone; nil means the participants.
  func record(
    _ kind: Event.Kind,
    in open: OpenConversation,
    at time: Timestamp,
    for audience: [UserID]? = nil
  ) throws {
    var event = Event(
      position: try nextPosition(),
      conversationID: open.conversation.id,
      occurredAt: time,
      audience: audience ?? open.audience,
      kind: kind
    )
    event.withoutReply = try blind(to: kind.replyTo, in: open)
    try record(event, for: audience)
  }

  /// The same for what is about no conversation.
  func record(_ kind: Event.Kind, at time: Timestamp, for audience: [UserID]) throws {
    try record(
      Event(
        position: try nextPosition(),
        conversationID: nil,
        occurredAt: time,
        audience: audience,
        kind: kind
      ),
      for: audience
    )
  }

  private func record(_ event: Event, for audience: [UserID]?) throws {
    try StoredEvent(event, audience: audience).insert(db, try instance())
    memory.headPosition = event.position
    events.append(event)
  }

  /// The same for a message, which is what nearly all events are.
  func record(_ message: Message, in open: OpenConversation) throws {
    var event = Event(
      position: try nextPosition(),
      conversationID: open.conversation.id,
      occurredAt: message.createdAt,
      audience: open.audience,
      kind: .messageCreated(message)
    )
    event.withoutReply = try blind(to: message.replyTo, in: open)
    try appendStatements().record(message, at: event.position, try instance())
    memory.headPosition = event.position
    events.append(event)
  }

  /// The statements of messages, looked up when the first one comes.
  func appendStatements() throws -> AppendStatements {
    if let known = knownAppendStatements { return known }
    let statements = try AppendStatements(db)
    knownAppendStatements = statements
    return statements
  }
}
