import ChatModel
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
