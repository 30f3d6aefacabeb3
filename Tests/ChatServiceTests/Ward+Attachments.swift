import ChatModel
import ChatRepository
import ChatService
import Crypto
import Foundation
import Testing

extension Ward {
  var attachments: Attachments {
    get throws { try #require(chat.attachments) }
  }

  func start(
    _ caller: Principal,
    type: String = "text/plain",
    size: Int64? = nil,
    hash: ContentHash? = nil
  ) async throws -> ChatModel.Attachment {
    try await attachments.start(
      Attachments.Draft(
        fileName: "letter",
        contentType: try #require(ContentType(type)),
        size: size,
        hash: hash
      ),
      caller
    )
  }

  /// A complete attachment.
  func upload(
    _ content: [UInt8],
    _ caller: Principal,
    type: String = "text/plain"
  ) async throws -> ChatModel.Attachment {
    let id = try await start(caller, type: type).id
    var session = try await attachments.resume(id, at: 0, caller)
    try await session.append(content)
    return try await session.complete(try hash(of: content))
  }

  /// Sends an attachment to somebody.
  func post(
    _ attachment: ChatModel.Attachment,
    from sender: Principal,
    to other: Principal
  ) async throws {
    _ = try await repository.write(
      AppendMessage(
        destination: .direct(other.userID),
        type: .file,
        content: "",
        attachmentID: attachment.id
      ),
      WriteContext(actor: sender.userID, now: now)
    )
  }

  func download(
    _ attachment: ChatModel.Attachment,
    _ caller: Principal,
    from offset: Int64 = 0,
    length: Int64? = nil,
    thumbnail: Bool = false
  ) async throws -> [UInt8] {
    var open = try await attachments.open(
      attachment.id,
      AttachmentPart(offset: offset, length: length),
      thumbnail: thumbnail,
      caller
    )
    var content: [UInt8] = []
    while let part = try await open.next() { content += part.bytes }
    return content
  }

  /// How many files of a kind the store has: `uploads` or `blobs`.
  func files(_ kind: String) -> Int {
    let root = URL(filePath: folder).appending(path: "attachments/\(kind)")
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { path in
      var isFolder: ObjCBool = false
      let path = root.appending(path: path).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.count
  }
}

func hash(of bytes: [UInt8]) throws -> ContentHash {
  try #require(ContentHash(bytes: Array(SHA256.hash(data: bytes))))
}

/// Says what it is told to say.
final class StandInScanner: AttachmentScanner {
  let verdict = Box<Result<ScanVerdict, InspectionFailure>>(.success(.clean))
  let scans = Box(0)

  func scan(_ path: String) async throws(InspectionFailure) -> ScanVerdict {
    scans.change { $0 += 1 }
    return try verdict.value.get()
  }
}

/// Makes a thumbnail of what is no picture.
struct StandInThumbnails: ThumbnailMaker {
  let contentTypes: Set<ContentType>
  let thumbnailType: ContentType
  let thumbnail: Result<[UInt8], InspectionFailure>

  init(_ thumbnail: Result<[UInt8], InspectionFailure>) throws {
    contentTypes = [try #require(ContentType("text/plain"))]
    thumbnailType = try #require(ContentType("image/jpeg"))
    self.thumbnail = thumbnail
  }

  func thumbnail(of path: String) async throws(InspectionFailure) -> [UInt8] {
    try thumbnail.get()
  }
}
