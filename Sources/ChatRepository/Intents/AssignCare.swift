public import ChatModel

/// The wish that a professional cares for a patient, in the role that the professional has.
///
/// Whoever cared for the patient in this role until then does so no more, and leaves the support
/// conversation to the new one. Asking again for who is assigned already changes nothing.
public struct AssignCare: WriteIntent {
  public static let operation = "CareTeams/Assign"

  public var patient: UserID
  public var professional: UserID

  public init(patient: UserID, professional: UserID) {
    self.patient = patient
    self.professional = professional
  }

  public static func subject(of outcome: AssignedCare) -> String? {
    outcome.begun.patient.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> AssignedCare {
    try transaction.assignCare(self)
  }
}

/// An assignment, as it began, and the one that ended for it.
public struct AssignedCare: Hashable, Sendable, Codable {
  public var begun: CareAssignment
  public var ended: CareAssignment?

  public init(begun: CareAssignment, ended: CareAssignment? = nil) {
    self.begun = begun
    self.ended = ended
  }
}
