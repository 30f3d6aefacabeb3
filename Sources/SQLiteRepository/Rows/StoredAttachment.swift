import ChatModel
import ChatRepository
import Foundation
import GRDB

/// An attachment, and what only the server knows of it.
struct StoredAttachment {
  var attachment: Attachment
  var needsThumbnail: Bool
  var useCount: Int

  var waiting: WaitingAttachment? {
    guard attachment.state == .pending || needsThumbnail else { return nil }
    return WaitingAttachment(attachment: attachment, needsThumbnail: needsThumbnail)
  }

  var removed: RemovedAttachment {
    let hashes = [attachment.blob?.hash, attachment.thumbnail?.hash].compactMap { $0 }
    return RemovedAttachment(id: attachment.id, hashes: hashes)
  }

  static let columns = """
    a.attachment_id, a.owner_id, a.file_name, a.content_type, a.state, a.size, a.sha256, \
    a.thumbnail_size, a.thumbnail_sha256, a.created_at, a.updated_at, a.needs_thumbnail, \
    a.use_count
    """
}

extension StoredRow {
  mutating func attachment() throws -> StoredAttachment {
    guard let id = try optionalAttachmentID() else { throw DamagedRow() }
    let owner = try userID()
    let fileName = try string()
    guard let contentType = ContentType(try string()) else { throw DamagedRow() }
    let state: AttachmentState = try value()
    let size = try optionalInt64()
    let hash = try optionalHash()
    let thumbnailSize = try optionalInt64()
    let thumbnailHash = try optionalHash()
    var attachment = Attachment(
      id: id,
      owner: owner,
      fileName: fileName,
      contentType: contentType,
      state: state,
      size: size,
      hash: hash,
      createdAt: try timestamp(),
      updatedAt: try timestamp()
    )
    if let thumbnailSize, let thumbnailHash {
      attachment.thumbnail = Blob(hash: thumbnailHash, size: thumbnailSize)
    }
    return StoredAttachment(
      attachment: attachment,
      needsThumbnail: try bool(),
      useCount: try int()
    )
  }

  mutating func optionalHash() throws -> ContentHash? {
    guard let data = try optionalData() else { return nil }
    guard let hash = ContentHash(bytes: Array(data)) else { throw DamagedRow() }
    return hash
  }
}

extension ContentHash {
  /// As it is stored.
  var data: Data { Data(bytes) }
}
