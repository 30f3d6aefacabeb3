public import ChatModel

/// The wish to note that all bytes of an upload of the actor's are there. Asking again changes
/// nothing.
public struct CompleteAttachment: WriteIntent {
  public static let operation = "Attachments/Upload"

  public var id: AttachmentID
  public var blob: Blob
  /// `clean`, or `pending` if it is to be scanned.
  public var state: AttachmentState
  public var needsThumbnail: Bool

  public init(id: AttachmentID, blob: Blob, state: AttachmentState, needsThumbnail: Bool) {
    self.id = id
    self.blob = blob
    self.state = state
    self.needsThumbnail = needsThumbnail
  }

  public static func subject(of outcome: Attachment) -> String? { outcome.id.description }

  public func apply(to transaction: some ChatTransaction) throws -> Attachment {
    try transaction.completeAttachment(self)
  }
}
