import ChatModel
import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where everything lies in the folder of a store:
///
///     uploads/ATTACHMENT     what has come of an upload
///     blobs/0f/3a/HASH       complete bytes, by the first two bytes of their hash
///     scratch/               what is being made; emptied at the start
struct StoreFolder: Sendable {
  let root: String

  var uploads: String { "\(root)/uploads" }
  var blobs: String { "\(root)/blobs" }
  var scratch: String { "\(root)/scratch" }

  func path(of upload: AttachmentID) -> String { "\(uploads)/\(upload)" }

  func path(of hash: ContentHash) -> String { "\(shard(of: hash))/\(hash)" }

  /// The folder that a blob is in.
  func shard(of hash: ContentHash) -> String {
    let name = hash.description
    return "\(blobs)/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))"
  }

  /// Makes the folders that are missing, and empties the one for what is being made.
  func prepare() throws(DiskError) {
    for folder in [root, uploads, blobs, scratch] { try Self.make(folder) }
    try Self.synchronize(root)
    try Self.synchronize("\(root)/..")
    for name in try Self.names(in: scratch) { unlink("\(scratch)/\(name)") }
  }

  /// Makes a folder for its owner only, unless it is there.
  static func make(_ path: String) throws(DiskError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw DiskError("mkdir") }
  }

  /// Returns when the names in a folder are on the disk.
  static func synchronize(_ folder: String) throws(DiskError) {
    try StoredFile(folder, O_RDONLY | O_DIRECTORY).synchronize()
  }

  /// The names in a folder, in no order; none if there is no folder.
  static func names(in folder: String) throws(DiskError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch CocoaError.fileReadNoSuchFile {
      return []
    } catch {
      throw DiskError("readdir", number: EIO)
    }
  }
}
