public import ChatModel

/// Keeps what somebody says of being reachable, and says who is near whom.
///
/// Operations throw as those of `ChatRepository` do.
public protocol PresenceRepository: Sendable {
  /// What is kept of these users; those of whom nothing is kept, and who
  /// are not active, are left out.
  func storedPresences(of users: [UserID]) async throws(ChatError) -> [UserID: StoredPresence]

  /// Those who share an active conversation, other than a broadcast, with a user: both take part
  /// in it now. Never the user.
  ///
  /// - Parameter limit: at most so many, the first by identifier.
  func neighbors(of user: UserID, limit: Int) async throws(ChatError) -> [UserID]

  /// Who is together in a conversation; nil if there is none.
  ///
  /// - Parameter membersMax: of a conversation with more, no members are named.
  func circle(of id: ConversationID, membersMax: Int) async throws(ChatError) -> Circle?

  /// Whether a user is an active participant of a conversation.
  func takesPart(_ user: UserID, in id: ConversationID) async throws(ChatError) -> Bool
}
