public import ChatModel
import ChatRepository
import Synchronization

/// Looks into attachments that are complete: has them scanned, and has thumbnails made.
///
/// What is to be done stands in the repository, so that it is done after a restart too; the queue
/// here only says when.
public final class AttachmentInspection: Sendable {
  private let repository: any ChatRepository
  private let store: any AttachmentStore
  private let blobs: BlobKeeper
  private let uploads: UploadTurns
  private let scanner: (any AttachmentScanner)?
  private let thumbnails: (any ThumbnailMaker)?
  private let now: @Sendable () -> Timestamp
  private let report: @Sendable (InspectionFailure) -> Void

  private let queue: AsyncStream<AttachmentID>
  private let enqueue: AsyncStream<AttachmentID>.Continuation
  /// Those in the queue, so that none is in it twice.
  private let queued = Mutex<Set<AttachmentID>>([])

  init(
    _ repository: any ChatRepository,
    _ backend: AttachmentBackend,
    _ blobs: BlobKeeper,
    _ uploads: UploadTurns,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.blobs = blobs
    self.uploads = uploads
    self.now = now
    store = backend.store
    scanner = backend.scanner
    thumbnails = backend.thumbnails
    report = backend.report
    (queue, enqueue) = AsyncStream.makeStream()
  }

  /// What a complete attachment begins with.
  var firstState: AttachmentState { scanner == nil ? .clean : .pending }

  func wantsThumbnail(_ type: ContentType) -> Bool {
    thumbnails?.contentTypes.contains(type) ?? false
  }

  /// Has an attachment looked into soon.
  func submit(_ id: AttachmentID) {
    if queued.withLock({ $0.insert(id).inserted }) { enqueue.yield(id) }
  }

  /// Has everything looked into that waits for it: at the start, and from time to time, for what
  /// could not be looked into before.
  public func submitWaiting() async throws(ChatError) {
    var last: AttachmentID?
    repeat {
      let page = try await repository.waitingAttachments(after: last, limit: 500)
      for waiting in page { submit(waiting.attachment.id) }
      last = page.last?.attachment.id
    } while last != nil
  }

  /// Looks into what was submitted, two at once, until its task is cancelled.
  public func run() async {
    await withTaskGroup { group in
      for _ in 0..<Self.workers {
        group.addTask {
          for await id in self.queue {
            self.queued.withLock { _ = $0.remove(id) }
            await self.inspect(id)
          }
        }
      }
    }
  }

  /// Looks into one attachment, and returns when all is noted.
  public func inspect(_ id: AttachmentID) async {
    do throws(ChatError) {
      try await uploads.take(id) { () async throws(ChatError) in
        guard let waiting = try await repository.waitingAttachment(id) else { return }
        if waiting.attachment.state == .pending {
          guard try await scan(waiting.attachment) == .clean else { return }
        }
        if waiting.needsThumbnail { try await makeThumbnail(of: waiting.attachment) }
      }
    } catch {
      report(InspectionFailure("an attachment could not be looked into: \(error)"))
    }
  }

  /// nil when nobody could tell.
  private func scan(_ attachment: Attachment) async throws(ChatError) -> ScanVerdict? {
    guard let blob = attachment.blob else { return nil }
    let result = try await store.withFile(of: blob) { path in
      await self.result { () async throws(InspectionFailure) -> ScanVerdict in
        // A server that has no scanner any more lets everything pass, also what waited for one.
        try await self.scanner?.scan(path) ?? .clean
      }
    }
    switch result {
    case .failure(let failure):
      report(failure)
      return nil
    case .success(let verdict):
      try await note(verdict == .clean ? .clean : .rejected, of: attachment.id)
      if verdict == .rejected { try await blobs.removeUnused(blob.hash) }
      return verdict
    }
  }

  private func makeThumbnail(of attachment: Attachment) async throws(ChatError) {
    guard let thumbnails, let blob = attachment.blob else { return }
    let result = try await store.withFile(of: blob) { path in
      await self.result { () async throws(InspectionFailure) -> [UInt8] in
        try await thumbnails.thumbnail(of: path)
      }
    }
    let bytes: [UInt8]
    switch result {
    case .success(let made): bytes = made
    case .failure(let failure):
      report(failure)
      return try await note(.thumbnail(nil), of: attachment.id)
    }
    // On the way that the bytes of the attachment itself took, which is free by now.
    let id = attachment.id
    try await store.discard(id)
    try await store.append(bytes, to: id, at: 0)
    let thumbnail = try await store.examine(id).blob
    try await blobs.publish(id, as: thumbnail) { () async throws(ChatError) in
      try await note(.thumbnail(thumbnail), of: id)
    }
  }

  private func note(
    _ finding: InspectAttachment.Finding,
    of id: AttachmentID
  ) async throws(ChatError) {
    _ = try await repository.write(
      InspectAttachment(id: id, finding: finding),
      WriteContext(actor: .server, now: now())
    )
  }

  private func result<Value>(
    _ body: () async throws(InspectionFailure) -> Value
  ) async -> Result<Value, InspectionFailure> {
    do throws(InspectionFailure) { return .success(try await body()) } catch {
      return .failure(error)
    }
  }

  private static let workers = 2
}
