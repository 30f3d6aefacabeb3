import ChatModel
import ChatRepository
import GRDB

/// One transaction, and what it knows of the rows it has met.
///
/// It lives as long as the transaction, so what it remembers cannot grow stale: there is one writer,
/// and a rollback drops the object with everything in it.
final class WriteTransaction {
  let db: Database
  /// Around the write that runs now.
  private(set) var context: WriteContext
  private(set) var events: [Event] = []
  private let makeConversationID: @Sendable (Timestamp) -> ConversationID
  private var openConversations: [ConversationID: OpenConversation] = [:]
  private var users: [UserID: User] = [:]
  private var directConversations: [Set<UserID>: ConversationID] = [:]
  private var headPosition: EventPosition?
  private var knownAppendStatements: AppendStatements?

  init(
    _ db: Database,
    for context: WriteContext,
    makeConversationID: @escaping @Sendable (Timestamp) -> ConversationID
  ) {
    self.db = db
    self.context = context
    self.makeConversationID = makeConversationID
  }

  /// What follows is done for another write.
  func begin(_ context: WriteContext) { self.context = context }

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

  var allOpenConversations: [OpenConversation] { Array(openConversations.values) }

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
  ///
  /// - Parameter audience: whom it concerns alone; nil means the participants.
  func record(
    _ kind: Event.Kind,
    in open: OpenConversation,
    at time: Timestamp,
    for audience: [UserID]? = nil
  ) throws {
    try record(
      Event(
        position: try nextPosition(),
        conversationID: open.conversation.id,
        occurredAt: time,
        audience: audience ?? open.audience,
        kind: kind
      ),
      for: audience
    )
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
    try StoredEvent(event, audience: audience).insert(db)
    headPosition = event.position
    events.append(event)
  }

  /// The same for a message, which is what nearly all events are.
  func record(_ message: Message, in open: OpenConversation) throws {
    let event = Event(
      position: try nextPosition(),
      conversationID: open.conversation.id,
      occurredAt: message.createdAt,
      audience: open.audience,
      kind: .messageCreated(message)
    )
    try appendStatements().record(message, at: event.position)
    headPosition = event.position
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
