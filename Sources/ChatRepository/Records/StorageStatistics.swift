public import ChatModel

/// How much there is of everything.
public struct StorageStatistics: Hashable, Sendable {
  /// Those of a kind, and how many of them are active.
  public struct Count<Kind: Hashable & Sendable>: Hashable, Sendable {
    public var kind: Kind
    public var total: Int
    public var active: Int

    public init(kind: Kind, total: Int, active: Int) {
      self.kind = kind
      self.total = total
      self.active = active
    }
  }

  public var users: [Count<Role>]
  public var conversations: [Count<ConversationType>]
  /// All that were ever sent: those that were deleted too.
  public var messageCount: Int64
  /// Assignments that last.
  public var assignmentCount: Int
  public var head: LogHead
  /// The size of the database, without the write-ahead log.
  public var databaseBytes: Int64
  public var writeAheadLogBytes: Int64

  public init(
    users: [Count<Role>],
    conversations: [Count<ConversationType>],
    messageCount: Int64,
    assignmentCount: Int,
    head: LogHead,
    databaseBytes: Int64,
    writeAheadLogBytes: Int64
  ) {
    self.users = users
    self.conversations = conversations
    self.messageCount = messageCount
    self.assignmentCount = assignmentCount
    self.head = head
    self.databaseBytes = databaseBytes
    self.writeAheadLogBytes = writeAheadLogBytes
  }
}
