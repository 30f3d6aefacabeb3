public import ChatModel
public import ChatService

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DiskAttachmentStore: AttachmentStore {
  public func read(
    _ blob: Blob,
    at offset: Int64,
    count: Int
  ) async throws(ChatError) -> [UInt8] {
    try await run { folder in
      guard let file = try Self.opened(folder.path(of: blob.hash), O_RDONLY) else {
        throw ChatError.dataLoss
      }
      let bytes = try file.read(at: offset, count: count)
      guard bytes.count == count else { throw ChatError.dataLoss }
      return bytes
    }
  }

  public func withFile<Outcome: Sendable>(
    of blob: Blob,
    _ body: (_ path: String) async -> Outcome
  ) async throws(ChatError) -> Outcome {
    try await run { folder in
      guard try Self.opened(folder.path(of: blob.hash), O_RDONLY) != nil else {
        throw ChatError.dataLoss
      }
    }
    return await body(folder.path(of: blob.hash))
  }

  public func remove(_ hash: ContentHash) async throws(ChatError) {
    try await run { folder in try Self.remove(folder.path(of: hash)) }
  }

  public func blobs(beginningWith prefix: UInt8) async throws(ChatError) -> [ContentHash] {
    try await run { folder in
      let digits = String(prefix, radix: 16)
      let half = "\(folder.blobs)/\(digits.count == 1 ? "0" : "")\(digits)"
      return try StoreFolder.names(in: half).flatMap { shard in
        try StoreFolder.names(in: "\(half)/\(shard)").compactMap { ContentHash($0) }
      }
    }
  }
}
