public import ChatModel

/// The wish that the care of a patient goes over to somebody else, and the support conversation with
/// it: in one step, so that at each moment exactly one professional answers for it.
public struct HandOverCare: WriteIntent {
  public static let operation = "CareTeams/HandOver"

  public var patient: UserID
  public var role: Role
  public var to: UserID
  /// What the successor and the patient should know; already checked against `ChatLimits`.
  public var note: String?

  public init(patient: UserID, role: Role, to: UserID, note: String? = nil) {
    self.patient = patient
    self.role = role
    self.to = to
    self.note = note
  }

  public static func subject(of outcome: AssignedCare) -> String? {
    outcome.begun.patient.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> AssignedCare {
    try transaction.handOverCare(self)
  }
}
