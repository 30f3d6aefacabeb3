import ChatModel
import ChatRepository
import RPC
import WardlineAPI

// From the wire's strings and numbers to the chat's values. What cannot be one is refused with the
// name of its field.

extension UserID {
  init(field: String, _ text: String) throws(RPCError) {
    guard let id = UserID(text) else {
      throw .invalid(
        field,
        "must be 1 to 64 of A-Z a-z 0-9 . _ @ - and begin with a letter or a digit"
      )
    }
    self = id
  }
}

extension ConversationID {
  init(field: String, _ text: String) throws(RPCError) {
    guard let id = ConversationID(text) else {
      throw .invalid(field, "must be the 13 characters of a conversation_id")
    }
    self = id
  }
}

extension MessageID {
  init(field: String, _ text: String) throws(RPCError) {
    guard let id = MessageID(text) else {
      throw .invalid(field, "must be a conversation_id, a dot and a sequence from 1")
    }
    self = id
  }
}

extension AttachmentID {
  init(field: String, _ text: String) throws(RPCError) {
    guard let id = AttachmentID(text) else {
      throw .invalid(field, "must be the 13 characters of an attachment_id")
    }
    self = id
  }
}

extension ContentHash {
  /// nil for an empty text.
  init?(field: String, _ text: String) throws(RPCError) {
    if text.isEmpty { return nil }
    guard let hash = ContentHash(text.lowercased()) else {
      throw .invalid(field, "must be the 64 hexadecimal digits of a SHA-256")
    }
    self = hash
  }
}

extension MessageSequence {
  init(field: String, _ number: Int64) throws(RPCError) {
    guard let sequence = MessageSequence(rawValue: number) else {
      throw .invalid(field, "must not be negative")
    }
    self = sequence
  }
}

extension ChatModel.Role {
  /// nil for ROLE_UNSPECIFIED.
  init?(field: String, _ role: WardlineAPI.Role) throws(RPCError) {
    switch role {
    case .unspecified: return nil
    case .patient: self = .patient
    case .doctor: self = .doctor
    case .dietitian: self = .dietitian
    case .pharmacist: self = .pharmacist
    case .nurse: self = .nurse
    case .admin: self = .admin
    case .service: self = .service
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a role")
    }
  }
}

extension ChatModel.MessageType {
  init(field: String, _ type: WardlineAPI.MessageType) throws(RPCError) {
    switch type {
    case .unspecified, .text: self = .text
    case .file: self = .file
    case .image: self = .image
    case .system: self = .system
    case .call: self = .call
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a message type")
    }
  }
}

/// The size of a page: `standard` for 0, else 1 to `most`.
func pageLimit(_ limit: Int32, standard: Int, most: Int) throws(RPCError) -> Int {
  if limit == 0 { return standard }
  guard limit > 0, limit <= most else {
    throw .invalid("limit", "must be 1 to \(most), or 0 for \(standard)")
  }
  return Int(limit)
}

extension ChatModel.ParticipantRole {
  /// Member for PARTICIPANT_ROLE_UNSPECIFIED, if that is allowed.
  init(
    field: String,
    _ role: WardlineAPI.ParticipantRole,
    unspecified: ChatModel.ParticipantRole?
  ) throws(RPCError) {
    switch role {
    case .unspecified:
      guard let unspecified else { throw .invalid(field, "must be given") }
      self = unspecified
    case .owner: self = .owner
    case .moderator: self = .moderator
    case .member: self = .member
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a participant role")
    }
  }
}

extension ChatModel.HistoryVisibility {
  /// nil for HISTORY_VISIBILITY_UNSPECIFIED.
  init?(field: String, _ history: WardlineAPI.HistoryVisibility) throws(RPCError) {
    switch history {
    case .unspecified: return nil
    case .all: self = .all
    case .fromJoin: self = .fromJoin
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a history visibility")
    }
  }
}

extension ChatModel.ConversationType {
  init(field: String, _ type: WardlineAPI.ConversationType) throws(RPCError) {
    switch type {
    case .unspecified, .direct: self = .direct
    case .group: self = .group
    case .support: self = .support
    case .broadcast: self = .broadcast
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a conversation type")
    }
  }
}

extension ChatModel.MessagePriority {
  /// nil for MESSAGE_PRIORITY_UNSPECIFIED.
  init?(field: String, _ priority: WardlineAPI.MessagePriority) throws(RPCError) {
    switch priority {
    case .unspecified: return nil
    case .routine: self = .routine
    case .urgent: self = .urgent
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a priority")
    }
  }
}

extension DeleteMessage.Scope {
  init(field: String, _ scope: WardlineAPI.DeleteScope) throws(RPCError) {
    switch scope {
    case .me: self = .me
    case .all: self = .all
    case .unspecified: throw .invalid(field, "must be given: for the caller alone, or for all")
    case .unrecognized(let number): throw .invalid(field, "\(number) is not a scope")
    }
  }
}

extension Timestamp {
  /// nil for 0.
  init?(field: String, _ milliseconds: Int64) throws(RPCError) {
    guard milliseconds >= 0 else {
      throw .invalid(field, "must be milliseconds since 1970, not negative")
    }
    if milliseconds == 0 { return nil }
    self.init(milliseconds: milliseconds)
  }
}

/// A key, or nil for an empty text.
func idempotencyKey(_ text: String) throws(RPCError) -> IdempotencyKey? {
  if text.isEmpty { return nil }
  guard let key = IdempotencyKey(text) else {
    throw .invalid("idempotency_key", "must be 1 to 128 bytes without control characters")
  }
  return key
}

/// Users by their identifiers.
func userIDs(field: String, _ texts: [String]) throws(RPCError) -> [UserID] {
  var users: [UserID] = []
  for text in texts { users.append(try UserID(field: field, text)) }
  return users
}
