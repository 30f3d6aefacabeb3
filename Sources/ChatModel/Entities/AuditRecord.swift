/// What the audit keeps of one call. No message text, no name and no token.
public struct AuditRecord: Hashable, Sendable {
  /// 1, 2, 3 … without gaps.
  public var index: Int64
  public var occurredAt: Timestamp
  public var call: AuditedCall
  /// How the call ended: the name of its status, such as `OK` or `NOT_FOUND`.
  public var outcome: String
  /// SHA-256 over the hash of the record before and the content of this one: 32 bytes.
  public var hash: [UInt8]

  public init(
    index: Int64,
    occurredAt: Timestamp,
    call: AuditedCall,
    outcome: String,
    hash: [UInt8]
  ) {
    self.index = index
    self.occurredAt = occurredAt
    self.call = call
    self.outcome = outcome
    self.hash = hash
  }
}

/// Who asked for what, from where.
public struct AuditedCall: Hashable, Sendable {
  /// The service and method, such as `Messages/Send`.
  public var operation: String
  /// nil when nobody knows who.
  public var user: UserID?
  /// The service that acted for the user, if one did.
  public var service: UserID?
  public var role: Role?
  /// What the request named: words such as `conversation:5ngr8qzq1w2ka`, separated by blanks. Empty
  /// when it named nothing.
  public var subject: String
  /// The address and port of the peer, or `unix`.
  public var origin: String

  public init(
    operation: String,
    user: UserID? = nil,
    service: UserID? = nil,
    role: Role? = nil,
    subject: String = "",
    origin: String
  ) {
    self.operation = operation
    self.user = user
    self.service = service
    self.role = role
    self.subject = subject
    self.origin = origin
  }
}
