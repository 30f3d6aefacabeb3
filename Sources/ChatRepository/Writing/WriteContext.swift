public import ChatModel

/// Around a write: who asks, when, and under which key.
public struct WriteContext: Hashable, Sendable {
  /// In whose name it happens.
  public var actor: UserID
  /// The service that acts in the actor's name, if it is not the actor himself.
  public var service: UserID?
  /// Whether the actor may do it without taking part, as administrators may.
  public var isAdministrator: Bool
  /// If set, a repetition of this request does nothing and gets the answer of the first. It counts
  /// within one actor.
  public var key: IdempotencyKey?
  /// If set, the request is against a rule that may have been another one when the key was used: it
  /// fails with this, unless it is a repetition.
  public var refusal: ChatError?
  /// The server's time.
  public var now: Timestamp
  /// The call that asks, if it is to be recorded in the transaction of the change. It is recorded when
  /// a rule refuses the change, too.
  public var audit: AuditEntry?

  public init(
    actor: UserID,
    service: UserID? = nil,
    isAdministrator: Bool = false,
    key: IdempotencyKey? = nil,
    refusal: ChatError? = nil,
    now: Timestamp,
    audit: AuditEntry? = nil
  ) {
    self.actor = actor
    self.service = service
    self.isAdministrator = isAdministrator
    self.key = key
    self.refusal = refusal
    self.now = now
    self.audit = audit
  }
}
