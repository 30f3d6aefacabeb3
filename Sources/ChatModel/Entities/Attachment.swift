/// A file that somebody uploads to send it: what is known of it, without its bytes.
public struct Attachment: Hashable, Sendable, Codable {
  public var id: AttachmentID
  /// Who uploads it.
  public var owner: UserID
  /// As the owner calls it.
  public var fileName: String
  public var contentType: ContentType
  public var state: AttachmentState
  /// Bytes; nil while it is uploaded and its size was not announced.
  public var size: Int64?
  /// The hash of its bytes; while it is uploaded the one that was announced, if any.
  public var hash: ContentHash?
  /// The small picture of an image, once there is one.
  public var thumbnail: Blob?
  public var createdAt: Timestamp
  public var updatedAt: Timestamp

  public init(
    id: AttachmentID,
    owner: UserID,
    fileName: String,
    contentType: ContentType,
    state: AttachmentState = .uploading,
    size: Int64? = nil,
    hash: ContentHash? = nil,
    thumbnail: Blob? = nil,
    createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.owner = owner
    self.fileName = fileName
    self.contentType = contentType
    self.state = state
    self.size = size
    self.hash = hash
    self.thumbnail = thumbnail
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// The complete bytes; nil while it is uploaded.
  public var blob: Blob? {
    guard state != .uploading, let size, let hash else { return nil }
    return Blob(hash: hash, size: size)
  }
}

/// What has become of an attachment that was complete.
public struct AttachmentChange: Hashable, Sendable, Codable {
  public var id: AttachmentID
  public var state: AttachmentState
  public var hasThumbnail: Bool

  public init(id: AttachmentID, state: AttachmentState, hasThumbnail: Bool) {
    self.id = id
    self.state = state
    self.hasThumbnail = hasThumbnail
  }
}

/// How far an attachment has come. The raw value is how it is stored.
public enum AttachmentState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Its bytes are still coming.
  case uploading
  /// Complete, and held back until it has been scanned.
  case pending
  /// Whoever may see it may have it.
  case clean
  /// The scan found something: nobody gets it.
  case rejected
}

/// Bytes that are kept under the hash of them, once, however many attachments have them.
public struct Blob: Hashable, Sendable, Codable {
  public var hash: ContentHash
  /// Bytes, not negative.
  public var size: Int64

  public init(hash: ContentHash, size: Int64) {
    self.hash = hash
    self.size = size
  }
}
