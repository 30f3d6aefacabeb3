/// What one emoji stands at under a message.
public struct Reaction: Hashable, Sendable, Codable {
  public var emoji: String
  /// How many users gave it.
  public var count: Int
  /// Who gave it, in the order of giving; each user once. Of a broadcast a patient only finds
  /// himself here.
  public var users: [UserID]

  public init(emoji: String, count: Int, users: [UserID]) {
    self.emoji = emoji
    self.count = count
    self.users = users
  }
}
