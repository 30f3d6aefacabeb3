public import ChatModel

/// The wish to give up an attachment of the actor's that is in no message.
public struct DiscardAttachment: WriteIntent {
  public static let operation = "Attachments/Discard"

  public var id: AttachmentID

  public init(id: AttachmentID) { self.id = id }

  public static func subject(of outcome: RemovedAttachment) -> String? {
    outcome.id.description
  }

  public func apply(to transaction: some ChatTransaction) throws -> RemovedAttachment {
    try transaction.discardAttachment(self)
  }
}

/// The server's wish to give up attachments that nobody needs any more.
public struct CollectAttachments: WriteIntent {
  public static let operation = "Attachments/Collect"

  /// Uploads that began before it and are not complete.
  public var uploadsBefore: Timestamp
  /// Complete attachments that have been in no message since before it.
  public var unusedBefore: Timestamp
  /// The most of each, from 1.
  public var limit: Int

  public init(uploadsBefore: Timestamp, unusedBefore: Timestamp, limit: Int) {
    self.uploadsBefore = uploadsBefore
    self.unusedBefore = unusedBefore
    self.limit = limit
  }

  public func apply(to transaction: some ChatTransaction) throws -> [RemovedAttachment] {
    try transaction.collectAttachments(self)
  }
}

/// An attachment that is gone, and what of its bytes may be left.
public struct RemovedAttachment: Hashable, Sendable, Codable {
  public var id: AttachmentID
  /// Those of the file and of its thumbnail, which other attachments may have too.
  public var hashes: [ContentHash]

  public init(id: AttachmentID, hashes: [ContentHash]) {
    self.id = id
    self.hashes = hashes
  }
}
