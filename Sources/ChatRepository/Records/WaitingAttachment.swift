public import ChatModel

/// A complete attachment that nobody has looked into yet, or not completely.
public struct WaitingAttachment: Hashable, Sendable {
  /// `pending` when it is to be scanned.
  public var attachment: Attachment
  public var needsThumbnail: Bool

  public init(attachment: Attachment, needsThumbnail: Bool) {
    self.attachment = attachment
    self.needsThumbnail = needsThumbnail
  }
}
