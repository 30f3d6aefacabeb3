public import ChatModel

/// Which records of the audit to read. They come newest first.
public struct AuditQuery: Hashable, Sendable {
  /// Whose records.
  public enum Scope: Hashable, Sendable {
    case everybody
    /// Calls of others that named this user, or a conversation in which this user takes part.
    case accessOf(UserID)
  }

  public var scope: Scope
  /// Only records with a smaller index; nil for the newest.
  public var before: Int64?
  /// Only calls made by this user, or by this service for others.
  public var user: UserID?
  /// Only calls that named this conversation or one of its messages.
  public var conversation: ConversationID?
  public var operation: String?
  public var outcome: String?
  /// Only records from this time on.
  public var from: Timestamp?
  /// Only records before this time.
  public var until: Timestamp?
  /// At most so many records.
  public var limit: Int
  /// At most so many records are looked at, whether or not they fit.
  public var scanMax: Int

  public init(_ scope: Scope, before: Int64? = nil, limit: Int, scanMax: Int = 50_000) {
    self.scope = scope
    self.before = before
    self.limit = limit
    self.scanMax = scanMax
  }
}

/// A part of the audit.
public struct AuditPage: Hashable, Sendable {
  /// Newest first.
  public var records: [AuditRecord]
  /// From where to go on; nil when there is nothing older. A page may be empty and not the last.
  public var before: Int64?

  public init(records: [AuditRecord], before: Int64?) {
    self.records = records
    self.before = before
  }
}
