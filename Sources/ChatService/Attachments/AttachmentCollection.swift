public import ChatModel
import ChatRepository

/// Lets go of attachments that nobody sent, and of bytes that no attachment has.
public struct AttachmentCollection: Sendable {
  private let repository: any ChatRepository
  private let store: any AttachmentStore
  private let blobs: BlobKeeper
  private let uploads: UploadTurns
  private let limits: AttachmentLimits
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ store: any AttachmentStore,
    _ blobs: BlobKeeper,
    _ uploads: UploadTurns,
    limits: AttachmentLimits,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.store = store
    self.blobs = blobs
    self.uploads = uploads
    self.limits = limits
    self.now = now
  }

  /// Removes uploads that were not completed in time, and complete attachments that have been in no
  /// message for too long, with their bytes. Returns how many there were.
  @discardableResult
  public func collect() async throws(ChatError) -> Int {
    let now = now()
    var count = 0
    let intent = CollectAttachments(
      uploadsBefore: now.earlier(bySeconds: limits.uploadLifetimeSeconds),
      unusedBefore: now.earlier(bySeconds: limits.unusedLifetimeSeconds),
      limit: Self.batch
    )
    while true {
      let removed = try await repository.write(intent, WriteContext(actor: .server, now: now))
      for attachment in removed { try await remove(attachment) }
      count += removed.count
      if removed.isEmpty { return count }
    }
  }

  /// Lets go of the bytes of an attachment that the repository knows no more.
  func remove(_ attachment: RemovedAttachment) async throws(ChatError) {
    uploads.end(attachment.id)
    try await uploads.take(attachment.id) { () async throws(ChatError) in
      try await store.discard(attachment.id)
    }
    for hash in attachment.hashes { try await blobs.removeUnused(hash) }
  }

  /// Compares the store with the repository, and removes from the store what nobody knows of: what
  /// a server left behind that died between the two.
  public func sweep() async throws(ChatError) {
    for id in try await store.uploads() {
      try await uploads.take(id) { () async throws(ChatError) in
        let state = try await repository.attachment(id, visibleTo: nil)?.state
        if state != .uploading { try await store.discard(id) }
      }
    }
    for prefix in UInt8.min...UInt8.max {
      for hash in try await store.blobs(beginningWith: prefix) {
        try await blobs.removeUnused(hash)
      }
    }
  }

  private static let batch = 200
}

extension Timestamp {
  fileprivate func earlier(bySeconds seconds: Int64) -> Timestamp {
    Timestamp(milliseconds: milliseconds - seconds * 1000)
  }
}
