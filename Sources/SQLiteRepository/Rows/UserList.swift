import ChatModel

/// User identifiers in one column: each between spaces, which no identifier holds, so that one can
/// be looked for.
enum UserList {
  static func text(_ users: [UserID]) -> String? {
    users.isEmpty ? nil : " " + users.map(\.rawValue).joined(separator: " ") + " "
  }

  static func users(_ text: String?) throws -> [UserID] {
    try (text ?? "").split(separator: " ").map { part in
      guard let user = UserID(String(part)) else { throw DamagedRow() }
      return user
    }
  }
}
