import ChatModel
import Synchronization

/// What the writer knows of the rows it has met, from one transaction to the next: a message to a
/// conversation that it knows needs no reading.
///
/// It cannot grow stale: there is one writer, and what a transaction that failed had changed here
/// is dropped with everything else.
final class WriterMemory {
  var conversations: [ConversationID: OpenConversation] = [:]
  var users: [UserID: User] = [:]
  var directConversations: [Set<UserID>: ConversationID] = [:]
  var headPosition: EventPosition?
  /// The number of the database.
  var instance: Int64?
  /// The last record of the audit.
  var auditHead: AuditHead?
  /// Conversations with something that is not written yet.
  var unwritten: [OpenConversation] = []
  private var participantCount = 0

  /// Each takes about half a kilobyte.
  private static let participantsMax = 20_000
  private static let usersMax = 20_000

  func keep(_ open: OpenConversation) {
    conversations[open.conversation.id] = open
    participantCount += open.members.count
  }

  func forgetConversations() {
    conversations = [:]
    directConversations = [:]
    participantCount = 0
  }

  /// Makes room between two transactions. What is needed again is read again.
  func trim() {
    if participantCount > Self.participantsMax { forgetConversations() }
    if users.count > Self.usersMax { users = [:] }
  }
}

/// The writer's memory between transactions. Only one transaction has it at a time.
final class WriterMemoryShelf: Sendable {
  private let shelf = Mutex<Kept>(Kept())

  /// Crosses from the end of one transaction to the beginning of the next, both on the writer's
  /// queue, and is nowhere else meanwhile.
  private struct Kept: @unchecked Sendable {
    var memory: WriterMemory?
  }

  /// Takes the memory. A transaction that fails does not put it back, and the next one begins anew.
  func take() -> WriterMemory {
    let kept = shelf.withLock { kept in
      let taken = kept
      kept.memory = nil
      return taken
    }
    return kept.memory ?? WriterMemory()
  }

  func put(_ memory: WriterMemory) {
    memory.trim()
    let kept = Kept(memory: memory)
    shelf.withLock { $0 = kept }
  }
}
