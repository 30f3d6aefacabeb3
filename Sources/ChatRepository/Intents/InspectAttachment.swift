public import ChatModel

/// The server's wish to note what it found when it looked into an attachment. Nothing happens when
/// the attachment is gone, or does not wait for that.
public struct InspectAttachment: WriteIntent {
  public static let operation = "Attachments/Inspect"

  public enum Finding: Hashable, Sendable, Codable {
    /// The scan has passed it.
    case clean
    /// The scan has found something.
    case rejected
    /// Its thumbnail; nil when none can be made.
    case thumbnail(Blob?)
  }

  public var id: AttachmentID
  public var finding: Finding

  public init(id: AttachmentID, finding: Finding) {
    self.id = id
    self.finding = finding
  }

  /// Whether anything was noted.
  public func apply(to transaction: some ChatTransaction) throws -> Bool {
    try transaction.inspectAttachment(self)
  }
}
