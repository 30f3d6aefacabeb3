import ChatModel
import ChatRepository

/// Keeps what the repository says of blobs and what the store has of them together: nobody notes a
/// blob while somebody else removes it.
struct BlobKeeper: Sendable {
  private let repository: any ChatRepository
  private let store: any AttachmentStore
  private let turns = Turns<ContentHash>()

  init(_ repository: any ChatRepository, _ store: any AttachmentStore) {
    self.repository = repository
    self.store = store
  }

  /// Makes what has come of an upload a blob, has it noted, and lets go of the upload.
  func publish<Outcome>(
    _ upload: AttachmentID,
    as blob: Blob,
    note: () async throws(ChatError) -> Outcome
  ) async throws(ChatError) -> Outcome {
    let outcome = try await turns.take(blob.hash) { () async throws(ChatError) -> Outcome in
      try await store.publish(upload, as: blob)
      return try await note()
    }
    // It is noted: what stays behind now is found by the next collection.
    try? await store.discard(upload)
    return outcome
  }

  /// Removes a blob that no attachment has, or only such as nobody may have.
  func removeUnused(_ hash: ContentHash) async throws(ChatError) {
    try await turns.take(hash) { () async throws(ChatError) in
      if try await repository.isBlobUsed(hash) { return }
      try await store.remove(hash)
    }
  }
}
