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
    case attachment
    case upload
    case assignment
  }

  /// Which state stands in the way.
  public enum Precondition: String, Hashable, Sendable, CaseIterable {
    case conversationClosed = "the conversation is closed"
    case participantsFixed = "the participants of this kind of conversation do not change"
    case lastOwner = "a conversation keeps one owner at least: make somebody else an owner first"
    case messageDeleted = "the message was deleted"
    case notEditable = "only texts and captions can be edited"
    case attachmentHeldBack = "the attachment is held back until it has been checked"
    case attachmentRejected = "the attachment was refused by the check of files"
    case attachmentIncomplete = "the attachment is not complete: upload the rest first"
    case attachmentComplete = "the attachment is complete and takes no more bytes"
    case attachmentInUse = "a message has the attachment"
    case noAssignment = "the patient has nobody assigned in this role"
    case backupRunning = "a backup is being made already: wait for its end"
    case alreadyAssigned = "the patient is in the care of this professional already"
    case givesNoCare = "only a doctor, dietitian, pharmacist or nurse can be given a patient"
    case otherRole = "a patient is handed over to somebody of the same role"
    case onePatient = "a support conversation has one patient"
    case oneUser = "a direct conversation is between two different users"
    case notMentionable = "only participants whom all others may know of can be mentioned"
    case notAnImage = "the attachment is no image: send it as a file"
    case statusOver = "the end of a status must be in the future"
  }

  /// What a sender may do for a time.
  public enum Window: String, Hashable, Sendable, CaseIterable {
    case edit = "edited"
    case deleteForAll = "deleted for everybody"
  }

  /// What was made under an idempotency key.
  public enum KeyedResult: Hashable, Sendable {
    case message(MessageID)
    /// The operation, and the name of what it made or changed, if it has one.
    case operation(String, subject: String?)
  }

  /// A field of the request breaks a rule. Both texts are made of the program's constants and of
  /// numbers, never of what the caller sent.
  case invalidArgument(field: String, message: String)
  /// It is not there, or the caller may not know that it is.
  case notFound(Subject)
  case permissionDenied
  case unauthenticated
  /// The idempotency key was used before, for another request, which made this message.
  case alreadyExists(KeyedResult)
  /// The state of what it is about forbids it.
  case failedPrecondition(Precondition)
  /// The time in which a sender may change a message so is over.
  case windowOver(Window, milliseconds: Int)
  /// It was changed meanwhile: it has this version now.
  case versionConflict(current: Int)
  /// An upload cannot go on like this.
  case upload(UploadConflict)
  /// The cursor belongs to another log, or lies outside of this one.
  case outOfRange
  /// Too much is waiting, or no space is left.
  case resourceExhausted
  /// One more than there may be of something. The text tells how many.
  case limitReached(String)
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
    case .alreadyExists(.message(let message)):
      "the idempotency key was used for message \(message)"
    case .alreadyExists(.operation(let operation, let subject)):
      "the idempotency key was used for \(operation)" + (subject.map { " of \($0)" } ?? "")
    case .failedPrecondition(let condition): condition.rawValue
    case .windowOver(let window, let milliseconds):
      "a message may be \(window.rawValue) by its sender for \(milliseconds) ms, which are over"
    case .versionConflict(let current): "the message has version \(current) now: read it again"
    case .upload(let conflict): conflict.description
    case .limitReached(let what): what
    case .outOfRange: "the cursor does not belong to this log"
    case .resourceExhausted: "too much is waiting, or the storage is full"
    case .unavailable: "not available now, try again"
    case .cancelled: "cancelled"
    case .dataLoss: "the stored data is damaged"
    case .internal: "internal error"
    }
  }
}
