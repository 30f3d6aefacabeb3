public import ChatModel
public import ChatRepository

/// Files that go with messages: their way in and out, and what becomes of them between.
public struct Attachments: Sendable {
  /// Looks into files. Somebody must run it.
  public let inspection: AttachmentInspection
  /// Lets go of what nobody needs. Somebody must call it from time to time.
  public let collection: AttachmentCollection
  public let limits: AttachmentLimits
  let repository: any ChatRepository
  let store: any AttachmentStore
  let uploads: UploadTurns
  let now: @Sendable () -> Timestamp
  private let blobs: BlobKeeper

  init(
    _ repository: any ChatRepository,
    _ backend: AttachmentBackend,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.now = now
    store = backend.store
    limits = backend.limits
    uploads = UploadTurns()
    blobs = BlobKeeper(repository, store)
    inspection = AttachmentInspection(repository, backend, blobs, uploads, now: now)
    collection = AttachmentCollection(
      repository,
      store,
      blobs,
      uploads,
      limits: limits,
      now: now
    )
  }

  /// What a caller wants to upload.
  public struct Draft: Sendable {
    public var fileName: String
    public var contentType: ContentType
    /// Nil if it is not known yet.
    public var size: Int64?
    /// Nil if it is not known yet.
    public var hash: ContentHash?
    public var idempotencyKey: IdempotencyKey?

    public init(
      fileName: String,
      contentType: ContentType,
      size: Int64? = nil,
      hash: ContentHash? = nil,
      idempotencyKey: IdempotencyKey? = nil
    ) {
      self.fileName = fileName
      self.contentType = contentType
      self.size = size
      self.hash = hash
      self.idempotencyKey = idempotencyKey
    }
  }
}

extension Attachments {
  /// Announces a file.
  ///
  /// - Throws: `invalidArgument` for what is not accepted; `limitReached` when the caller has too
  ///   many attachments; `alreadyExists` when the key was used for something else.
  public func start(_ draft: Draft, _ caller: Principal) async throws(ChatError) -> Attachment {
    try Policy.demand(.startAttachment, caller)
    try limits.validate(fileName: draft.fileName)
    try limits.validate(draft.contentType)
    if let size = draft.size { try limits.validate(size: size) }
    let intent = StartAttachment(
      fileName: draft.fileName,
      contentType: draft.contentType,
      size: draft.size,
      hash: draft.hash,
      limits: limits
    )
    let context = caller.context(of: .startAttachment, draft.idempotencyKey, now: now())
    return try await repository.write(intent, context)
  }

  /// What is known of an attachment.
  ///
  /// - Throws: `notFound(.attachment)` unless the caller uploads it or may see a message with it.
  public func get(
    _ id: AttachmentID,
    _ caller: Principal
  ) async throws(ChatError) -> ReceivedAttachment {
    try Policy.demand(.getAttachment, caller)
    guard let attachment = try await repository.attachment(id, visibleTo: caller.userID) else {
      throw .notFound(.attachment)
    }
    return try await received(attachment)
  }

  /// Gives up an attachment of the caller's.
  ///
  /// - Throws: `notFound(.attachment)` for one of somebody else; `failedPrecondition(.attachmentInUse)` when a message
  ///   has it.
  public func discard(
    _ id: AttachmentID,
    _ key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) {
    try Policy.demand(.discardAttachment, caller)
    let context = caller.context(of: .discardAttachment, key, now: now())
    let removed = try await repository.write(DiscardAttachment(id: id), context)
    try await collection.remove(removed)
  }

  /// What the attachments of the caller amount to.
  public func usage(_ caller: Principal) async throws(ChatError) -> AttachmentUsage {
    try Policy.demand(.attachmentUsage, caller)
    return try await repository.attachmentUsage(of: caller.userID)
  }

  /// Notes that an upload is complete.
  func publish(
    _ attachment: Attachment,
    as blob: Blob,
    _ caller: Principal
  ) async throws(ChatError) -> Attachment {
    let intent = CompleteAttachment(
      id: attachment.id,
      blob: blob,
      state: inspection.firstState,
      needsThumbnail: inspection.wantsThumbnail(attachment.contentType)
    )
    let context = caller.context(of: .uploadAttachment, nil, now: now())
    let complete = try await blobs.publish(attachment.id, as: blob) {
      () async throws(ChatError) in
      try await repository.write(intent, context)
    }
    inspection.submit(attachment.id)
    return complete
  }

  /// An attachment of the caller's.
  func owned(_ id: AttachmentID, _ caller: Principal) async throws(ChatError) -> Attachment {
    guard let attachment = try await repository.attachment(id, visibleTo: caller.userID),
      attachment.owner == caller.userID
    else { throw .notFound(.attachment) }
    return attachment
  }

  /// How much of an attachment is there.
  func received(_ attachment: Attachment) async throws(ChatError) -> ReceivedAttachment {
    guard attachment.state == .uploading else { return ReceivedAttachment(complete: attachment) }
    return ReceivedAttachment(
      attachment: attachment,
      receivedBytes: try await store.received(attachment.id)
    )
  }
}
