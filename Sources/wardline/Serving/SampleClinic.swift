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

  /// Enters everybody who is not there yet. Whoever is there stays as they are.
  static func load(
    into repository: any ChatRepository,
    now: Timestamp
  ) async throws {
    for member in members {
      guard let id = UserID(member.id), try await repository.user(id) == nil else { continue }
      let intent = PutUser(id: id, displayName: member.name, role: member.role)
      _ = try await repository.write(intent, WriteContext(actor: id, now: now))
    }
  }
}
