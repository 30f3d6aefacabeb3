public import ChatModel
public import ChatService

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DiskAttachmentStore {
  public func received(_ upload: AttachmentID) async throws(ChatError) -> Int64 {
    try await run { folder in
      guard let file = try Self.opened(folder.path(of: upload), O_RDWR) else { return 0 }
      // What is told must outlast a loss of power.
      try file.synchronize()
      try StoreFolder.synchronize(folder.uploads)
      return try file.size()
    }
  }

  public func append(
    _ bytes: [UInt8],
    to upload: AttachmentID,
    at offset: Int64
  ) async throws(ChatError) {
    try await run { folder in
      let file = try StoredFile(folder.path(of: upload), O_RDWR | O_CREAT)
      let size = try file.size()
      guard size == offset else {
        throw ChatError.upload(.wrongOffset(expected: size))
      }
      do {
        try file.write(bytes, at: offset)
      } catch {
        // A part of the bytes would be as good, but the caller would have to ask how many.
        try? file.cut(to: offset)
        throw error
      }
    }
  }

  public func examine(_ upload: AttachmentID) async throws(ChatError) -> ExaminedUpload {
    try await run { folder in
      let file = try StoredFile(folder.path(of: upload), O_RDWR | O_CREAT)
      return ExaminedUpload(
        blob: try file.blob(),
        beginning: try file.read(at: 0, count: FileSignature.lengthMax)
      )
    }
  }

  public func publish(_ upload: AttachmentID, as blob: Blob) async throws(ChatError) {
    try await run { folder in
      let source = folder.path(of: upload)
      try StoredFile(source, O_RDWR).synchronize()
      try Self.publish(source, as: blob, in: folder)
    }
  }

  public func discard(_ upload: AttachmentID) async throws(ChatError) {
    try await run { folder in try Self.remove(folder.path(of: upload)) }
  }

  public func uploads() async throws(ChatError) -> [AttachmentID] {
    try await run { folder in
      try StoreFolder.names(in: folder.uploads).compactMap { AttachmentID($0) }
    }
  }

  /// Gives the file at `source`, whose bytes are on the disk, a second name under its hash.
  ///
  /// A link and not a move: when the server dies before the repository knows of the blob, the upload
  /// is still there and is completed again.
  static func publish(_ source: String, as blob: Blob, in folder: StoreFolder) throws {
    let target = folder.path(of: blob.hash)
    let shard = folder.shard(of: blob.hash)
    let half = String(shard.dropLast(3))
    if try opened(target, O_RDONLY)?.size() != blob.size {
      try StoreFolder.make(half)
      try StoreFolder.make(shard)
      // One that has another size was damaged: ours takes its place.
      try remove(target)
      guard link(source, target) == 0 else { throw DiskError("link") }
    }
    // Also for a blob that was there: who put it there may have died before this.
    for changed in [shard, half, folder.blobs] { try StoreFolder.synchronize(changed) }
  }

  /// A file that is there, or nil.
  static func opened(_ path: String, _ flags: Int32) throws(DiskError) -> StoredFile? {
    do {
      return try StoredFile(path, flags)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  static func remove(_ path: String) throws(DiskError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw DiskError("unlink") }
  }
}
