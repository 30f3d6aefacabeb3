/// Everything that can go wrong in the chat, as a caller may know it.
///
/// No case carries message text, SQL, paths or names of other users: what a caller sees is made of
/// constants and of identifiers that he already holds.
public enum ChatError: Error, Hashable, Sendable {
  /// What was looked for in vain.
  public enum Subject: String, Hashable, Sendable, CaseIterable {
    case user
    case conversation
    case message
    case participant
  }

  /// A field of the request breaks a rule. Both texts are made of the program's constants and of
  /// numbers, never of what the caller sent.
  case invalidArgument(field: String, message: String)
  /// It is not there, or the caller may not know that it is.
  case notFound(Subject)
  case permissionDenied
  case unauthenticated
  /// The idempotency key was used before, for another request, which made this message.
  case alreadyExists(MessageID)
  /// The state of the conversation forbids it.
  case failedPrecondition
  /// The cursor belongs to another log, or lies outside of this one.
  case outOfRange
  /// Too much is waiting, or no space is left.
  case resourceExhausted
  /// Try again later: nothing is known to have happened, and a retry with the same key is safe.
  case unavailable
  /// The caller gave up waiting.
  case cancelled
  /// The stored data is damaged; nothing more is written.
  case dataLoss
  /// A mistake in the program. The log knows more.
  case `internal`
}

extension ChatError: CustomStringConvertible {
  /// A sentence for the caller.
  public var description: String {
    switch self {
    case .invalidArgument(let field, let message): "\(field): \(message)"
    case .notFound(let subject): "no such \(subject.rawValue)"
    case .permissionDenied: "not allowed"
    case .unauthenticated: "not signed in"
    case .alreadyExists(let message): "the idempotency key was used for message \(message)"
    case .failedPrecondition: "the conversation is closed"
    case .outOfRange: "the cursor does not belong to this log"
    case .resourceExhausted: "too much is waiting, or the storage is full"
    case .unavailable: "not available now, try again"
    case .cancelled: "cancelled"
    case .dataLoss: "the stored data is damaged"
    case .internal: "internal error"
    }
  }
}
