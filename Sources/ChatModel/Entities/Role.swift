/// What a user is in the clinic. The raw value is how it is stored.
public enum Role: String, Hashable, Sendable, CaseIterable, Codable {
  case patient
  case doctor
  case dietitian
  case pharmacist
  case nurse
  case admin
  /// A program, not a person.
  case service

  /// Whether this is a person who works for the clinic.
  public var isStaff: Bool {
    switch self {
    case .doctor, .dietitian, .pharmacist, .nurse, .admin: true
    case .patient, .service: false
    }
  }

  /// Whether somebody of this role can be assigned to patients.
  public var givesCare: Bool {
    switch self {
    case .doctor, .dietitian, .pharmacist, .nurse: true
    case .patient, .admin, .service: false
    }
  }
}
