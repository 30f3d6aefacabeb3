/// What a message said before an edit, or says now.
public struct MessageVersion: Hashable, Sendable, Codable {
  /// From 1.
  public var number: Int
  public var content: String
  public var mentions: [UserID]
  /// When it was written.
  public var writtenAt: Timestamp

  public init(number: Int, content: String, mentions: [UserID], writtenAt: Timestamp) {
    self.number = number
    self.content = content
    self.mentions = mentions
    self.writtenAt = writtenAt
  }
}
