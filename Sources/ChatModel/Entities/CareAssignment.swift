/// One professional's care of one patient, in one role.
public struct CareAssignment: Hashable, Sendable, Codable {
  public var patient: UserID
  public var professional: UserID
  public var role: Role
  public var assignedAt: Timestamp
  /// Nil while it lasts.
  public var endedAt: Timestamp?
  public var assignedBy: UserID
  /// What was said when it was handed over.
  public var note: String?

  public init(
    patient: UserID,
    professional: UserID,
    role: Role,
    assignedAt: Timestamp,
    endedAt: Timestamp? = nil,
    assignedBy: UserID,
    note: String? = nil
  ) {
    self.patient = patient
    self.professional = professional
    self.role = role
    self.assignedAt = assignedAt
    self.endedAt = endedAt
    self.assignedBy = assignedBy
    self.note = note
  }
}
