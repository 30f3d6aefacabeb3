public import ChatModel
public import ChatRepository

extension SQLiteRepository {
  public func storedPresences(
    of users: [UserID]
  ) async throws(ChatError) -> [UserID: StoredPresence] {
    try await read { try $0.storedPresences(of: users) }
  }

  public func neighbors(of user: UserID, limit: Int) async throws(ChatError) -> [UserID] {
    try await read { try $0.neighbors(of: user, limit: limit) }
  }

  public func circle(
    of id: ConversationID,
    membersMax: Int
  ) async throws(ChatError) -> Circle? {
    try await read { try $0.circle(of: id, membersMax: membersMax) }
  }

  public func takesPart(
    _ user: UserID,
    in id: ConversationID
  ) async throws(ChatError) -> Bool {
    try await read { try $0.takesPart(user, in: id) }
  }
}
