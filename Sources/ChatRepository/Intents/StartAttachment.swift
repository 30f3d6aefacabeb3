public import ChatModel

/// The wish to upload a file.
public struct StartAttachment: WriteIntent {
  public static let operation = "Attachments/Start"

  /// Already checked against the limits, as the rest.
  public var fileName: String
  public var contentType: ContentType
  /// Bytes, if they are known.
  public var size: Int64?
  public var hash: ContentHash?
  /// What is accepted now. It is no part of the request: a repetition under other limits is the same.
  public var limits = AttachmentLimits()

  private enum CodingKeys: CodingKey {
    case fileName
    case contentType
    case size
    case hash
  }

  public init(
    fileName: String,
    contentType: ContentType,
    size: Int64?,
    hash: ContentHash?,
    limits: AttachmentLimits
  ) {
    self.fileName = fileName
    self.contentType = contentType
    self.size = size
    self.hash = hash
    self.limits = limits
  }

  /// What it counts against the quota until it is complete.
  public var reservedBytes: Int64 { size ?? limits.fileBytesMax }

  public static func subject(of outcome: Attachment) -> String? { outcome.id.description }

  public func apply(to transaction: some ChatTransaction) throws -> Attachment {
    try transaction.startAttachment(self)
  }
}
