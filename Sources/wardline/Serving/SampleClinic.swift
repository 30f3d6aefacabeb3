import ChatModel
import ChatRepository

/// The people of `--dev`: enough for a conversation of each kind.
enum SampleClinic {
  struct Member: Sendable {
    let id: String
    let name: String
    let role: Role
  }

  static let members = [
    Member(id: "amara", name: "Amara Okafor", role: .patient),
    Member(id: "noah", name: "Noah Berg", role: .patient),
    Member(id: "dr-lindqvist", name: "Dr. Eva Lindqvist", role: .dietitian),
    Member(id: "dr-haddad", name: "Dr. Samir Haddad", role: .doctor),
    Member(id: "mei-tanaka", name: "Mei Tanaka", role: .pharmacist),
    Member(id: "clinic-admin", name: "Clinic Administration", role: .admin),
    Member(id: "clinic-portal", name: "Patient Portal", role: .service),
  ]

  static func member(_ id: String) -> Member? {
    members.first { $0.id == id }
  }

  /// Enters everybody who is not there yet, and gives Amara a dietitian unless she has had one. Whoever
  /// is there stays as they are.
  static func load(
    into repository: any ChatRepository,
    now: Timestamp
  ) async throws {
    try await enterMembers(into: repository, now)
    guard let patient = try await active("amara", .patient, repository),
      let dietitian = try await active("dr-lindqvist", .dietitian, repository),
      let administrator = try await active("clinic-admin", .admin, repository),
      try await repository.careHistory(of: patient, skipping: 0, limit: 1).items.isEmpty
    else { return }
    _ = try await repository.write(
      AssignCare(patient: patient, professional: dietitian),
      WriteContext(actor: administrator, isAdministrator: true, now: now)
    )
  }

  /// Nil for who has been made somebody else, or left.
  private static func active(
    _ id: String,
    _ role: Role,
    _ repository: any ChatRepository
  ) async throws -> UserID? {
    guard let id = UserID(id), let user = try await repository.user(id) else { return nil }
    return user.isActive && user.role == role ? id : nil
  }

  private static func enterMembers(
    into repository: any ChatRepository,
    _ now: Timestamp
  ) async throws {
    for member in members {
      guard let id = UserID(member.id), try await repository.user(id) == nil else { continue }
      let intent = PutUser(id: id, displayName: member.name, role: member.role)
      _ = try await repository.write(intent, WriteContext(actor: id, now: now))
    }
  }
}
