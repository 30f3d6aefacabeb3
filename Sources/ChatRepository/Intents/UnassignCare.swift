public import ChatModel

/// The wish that nobody cares for a patient in a role any more.
public struct UnassignCare: WriteIntent {
  public static let operation = "CareTeams/Unassign"

  public var patient: UserID
  public var role: Role

  public init(patient: UserID, role: Role) {
    self.patient = patient
    self.role = role
  }

  public static func subject(of outcome: CareAssignment) -> String? {
    outcome.patient.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> CareAssignment {
    try transaction.unassignCare(self)
  }
}
