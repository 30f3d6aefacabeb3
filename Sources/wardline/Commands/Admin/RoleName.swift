import ArgumentParser
import WardlineAPI

/// A role as one writes it in a terminal.
enum RoleName: String, ExpressibleByArgument, CaseIterable {
  case patient
  case doctor
  case dietitian
  case pharmacist
  case nurse
  case admin
  case service

  var role: Role {
    switch self {
    case .patient: .patient
    case .doctor: .doctor
    case .dietitian: .dietitian
    case .pharmacist: .pharmacist
    case .nurse: .nurse
    case .admin: .admin
    case .service: .service
    }
  }

  /// The word for a role of the wire.
  static func word(_ role: Role) -> String {
    allCases.first { $0.role == role }?.rawValue ?? "unknown"
  }
}
