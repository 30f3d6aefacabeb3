import ChatModel
import ChatRepository
import GRDB

extension WriteTransaction {
  func assignCare(_ intent: AssignCare) throws -> AssignedCare {
    try demandPatient(intent.patient)
    let professional = try activeUser(intent.professional)
    guard professional.role.givesCare else { throw ChatError.failedPrecondition(.givesNoCare) }
    let present = try Queries.assignment(of: intent.patient, in: professional.role, db)
    if let present, present.assignment.professional == professional.id {
      return AssignedCare(begun: present.assignment)
    }
    return try passOn(
      present,
      to: newAssignment(of: intent.patient, to: professional, note: nil, after: present)
    )
  }

  func unassignCare(_ intent: UnassignCare) throws -> CareAssignment {
    try demandPatient(intent.patient)
    guard let present = try Queries.assignment(of: intent.patient, in: intent.role, db) else {
      throw ChatError.failedPrecondition(.noAssignment)
    }
    return try end(present, .removed)
  }

  func handOverCare(_ intent: HandOverCare) throws -> AssignedCare {
    let present = try Queries.assignment(of: intent.patient, in: intent.role, db)
    guard context.isAdministrator || present?.assignment.professional == context.actor else {
      throw ChatError.notFound(.assignment)
    }
    try demandPatient(intent.patient)
    guard let present else { throw ChatError.failedPrecondition(.noAssignment) }
    let successor = try activeUser(intent.to)
    guard successor.role == intent.role else { throw ChatError.failedPrecondition(.otherRole) }
    guard successor.id != present.assignment.professional else {
      throw ChatError.failedPrecondition(.alreadyAssigned)
    }
    return try passOn(
      present,
      to: newAssignment(of: intent.patient, to: successor, note: intent.note, after: present)
    )
  }

  /// - Throws: `notFound(.user)` for who is not there, not active, or no patient.
  private func demandPatient(_ id: UserID) throws {
    guard try activeUser(id).role == .patient else { throw ChatError.notFound(.user) }
  }

  private func newAssignment(
    of patient: UserID,
    to professional: User,
    note: String?,
    after present: StoredAssignment?
  ) -> CareAssignment {
    CareAssignment(
      patient: patient,
      professional: professional.id,
      role: professional.role,
      // One ends when the next begins, even if the clock was set back.
      assignedAt: max(context.now, present?.assignment.assignedAt ?? context.now),
      assignedBy: context.actor,
      note: note
    )
  }

  // MARK: Changes

  /// Ends the one assignment, begins the other, and moves the support conversation.
  private func passOn(
    _ present: StoredAssignment?,
    to begun: CareAssignment
  ) throws -> AssignedCare {
    let ended = try present.map { try close($0, at: begun.assignedAt) }
    try db.run(
      """
      INSERT INTO care_assignments (patient_id, care_role, professional_id, assigned_at,
        assigned_by, note) VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        begun.patient.rawValue, begun.role.rawValue, begun.professional.rawValue,
        begun.assignedAt.milliseconds, begun.assignedBy.rawValue, begun.note,
      ]
    )
    // Whose care ends hears of it before he leaves the conversation, and nothing after that.
    let concerned = [begun.patient, ended?.professional, begun.professional].compactMap(\.self)
    for change in [ended, begun].compactMap(\.self) {
      try record(.assignmentChanged(change), at: begun.assignedAt, for: concerned)
    }
    try passOnConversation(from: ended?.professional, by: begun)
    return AssignedCare(begun: begun, ended: ended)
  }

  private func close(_ present: StoredAssignment, at time: Timestamp) throws -> CareAssignment {
    try db.run(
      "UPDATE care_assignments SET ended_at = ? WHERE assignment_id = ?",
      [time.milliseconds, present.number]
    )
    var ended = present.assignment
    ended.endedAt = time
    return ended
  }

  /// Ends an assignment without another one in its place: the professional leaves the conversation.
  private func end(
    _ present: StoredAssignment,
    _ reason: DepartureReason
  ) throws -> CareAssignment {
    let ended = try close(present, at: max(context.now, present.assignment.assignedAt))
    try record(
      .assignmentChanged(ended),
      at: ended.endedAt ?? context.now,
      for: [ended.patient, ended.professional]
    )
    if let open = try supportConversation(of: ended.patient, in: ended.role) {
      try leave(ended.professional, open, reason)
    }
    return ended
  }

  /// Ends what assignments a user has, and as a patient his team's: he is deactivated, or becomes
  /// something else.
  func endCare(of user: UserID, _ reason: DepartureReason) throws {
    let present = try db.all(
      """
      SELECT \(StoredAssignment.columns) FROM care_assignments a
      WHERE a.ended_at IS NULL AND (a.professional_id = ?1 OR a.patient_id = ?1 AND ?2)
      ORDER BY a.assignment_id
      """,
      [user.rawValue, reason != .deactivated]
    ) { try $0.assignment() }
    for assignment in present { _ = try end(assignment, reason) }
  }
}
