import ChatModel
import GRDB

/// An assignment, and the row in which it stands.
struct StoredAssignment {
  var number: Int64
  var assignment: CareAssignment

  static let columns = """
    a.assignment_id, a.patient_id, a.professional_id, a.care_role, a.assigned_at, a.ended_at, \
    a.assigned_by, a.note
    """
}

extension StoredRow {
  mutating func assignment() throws -> StoredAssignment {
    try StoredAssignment(
      number: int64(),
      assignment: CareAssignment(
        patient: userID(),
        professional: userID(),
        role: value(),
        assignedAt: timestamp(),
        endedAt: optionalTimestamp(),
        assignedBy: userID(),
        note: optionalString()
      )
    )
  }
}

extension Queries {
  /// Who cares for a patient in a role.
  static func assignment(
    of patient: UserID,
    in role: Role,
    _ db: Database
  ) throws -> StoredAssignment? {
    try db.first(
      """
      SELECT \(StoredAssignment.columns) FROM care_assignments a
      WHERE a.patient_id = ? AND a.care_role = ? AND a.ended_at IS NULL
      """,
      [patient.rawValue, role.rawValue]
    ) { try $0.assignment() }
  }

  static func supportConversation(
    of patient: UserID,
    in role: Role,
    _ db: Database
  ) throws -> ConversationID? {
    try db.first(
      """
      SELECT conversation_id FROM chat_conversations
      WHERE type = 'support' AND user_id = ? AND care_role = ?
      """,
      [patient.rawValue, role.rawValue]
    ) { try $0.conversationID() }
  }
}
