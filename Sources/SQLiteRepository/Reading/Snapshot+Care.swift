import ChatModel
import ChatRepository
import GRDB

extension Snapshot {
  func careTeam(of patient: UserID) throws -> [CareTeamMember] {
    try db.all(
      """
      SELECT \(StoredAssignment.columns), \(Columns.knownUser)
      FROM care_assignments a JOIN users u ON u.user_id = a.professional_id
      WHERE a.patient_id = ? AND a.ended_at IS NULL ORDER BY a.care_role
      """,
      [patient.rawValue]
    ) { try $0.careTeamMember() }
  }

  func careHistory(
    of patient: UserID,
    skipping: Int,
    limit: Int
  ) throws -> Page<CareTeamMember> {
    let limit = max(1, limit)
    // Rows are only added behind the last one, so a page stays where it is.
    let found = try db.all(
      """
      SELECT \(StoredAssignment.columns), \(Columns.knownUser)
      FROM care_assignments a JOIN users u ON u.user_id = a.professional_id
      WHERE a.patient_id = ? ORDER BY a.assignment_id LIMIT ? OFFSET ?
      """,
      [patient.rawValue, limit + 1, max(0, skipping)]
    ) { try $0.careTeamMember() }
    return Page(items: Array(found.prefix(limit)), hasMore: found.count > limit)
  }

  func carePatients(
    of professional: UserID,
    includingPast: Bool,
    after: UserID?,
    limit: Int
  ) throws -> Page<PatientInCare> {
    let limit = max(1, limit)
    // Of each patient the present assignment, else the newest: the one that goes before the others.
    let found = try db.all(
      """
      SELECT \(StoredAssignment.columns), \(Columns.knownUser)
      FROM care_assignments a JOIN users u ON u.user_id = a.patient_id
      WHERE a.professional_id = ?1 AND a.patient_id > ?2 AND (?3 OR a.ended_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM care_assignments b
          WHERE b.professional_id = ?1 AND b.patient_id = a.patient_id
            AND (b.ended_at IS NULL, b.assignment_id) > (a.ended_at IS NULL, a.assignment_id))
      ORDER BY a.patient_id LIMIT ?4
      """,
      [professional.rawValue, after?.rawValue ?? "", includingPast, limit + 1]
    ) { row in (stored: try row.assignment(), patient: try row.user()) }
    let patients = try found.prefix(limit).map { stored, patient in
      PatientInCare(
        patient: patient,
        assignment: stored.assignment,
        conversation: try supportConversation(stored.assignment, for: professional)
      )
    }
    return Page(items: patients, hasMore: found.count > limit)
  }

  func supportContact(
    of patient: UserID,
    role: Role,
    for viewer: UserID
  ) throws -> SupportContact? {
    guard let member = try careTeam(of: patient).first(where: { $0.assignment.role == role })
    else { return nil }
    return SupportContact(
      member: member,
      conversation: try supportConversation(member.assignment, for: viewer)
    )
  }

  private func supportConversation(
    _ assignment: CareAssignment,
    for viewer: UserID
  ) throws -> ConversationSummary? {
    try Queries.supportConversation(of: assignment.patient, in: assignment.role, db)
      .flatMap { try conversation($0, for: viewer) }
  }
}

extension StoredRow {
  fileprivate mutating func careTeamMember() throws -> CareTeamMember {
    let stored = try assignment()
    return CareTeamMember(assignment: stored.assignment, professional: try user())
  }
}
