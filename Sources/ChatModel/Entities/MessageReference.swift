/// What a reply shows of the message that it answers.
public struct MessageReference: Hashable, Sendable, Codable {
  public var id: MessageID
  public var sender: MessageSender
  public var type: MessageType
  /// The beginning of its text, as it is now; empty once it was deleted.
  public var preview: String
  public var isDeleted: Bool

  public init(
    id: MessageID,
    sender: MessageSender,
    type: MessageType,
    preview: String,
    isDeleted: Bool
  ) {
    self.id = id
    self.sender = sender
    self.type = type
    self.preview = preview
    self.isDeleted = isDeleted
  }
}
