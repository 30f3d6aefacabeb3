import ChatModel
import ChatRepository
import ChatService
import NIOCore
import RPC
import WardlineAPI

/// Files that go with messages.
struct AttachmentsHandler: AttachmentsAsyncService {
  let attachments: Attachments
  let sessions: Sessions
  /// How soon the loss of a right ends a download.
  let checkInterval: TimeAmount

  func start(
    _ request: StartAttachmentRequest,
    context: ServerContext
  ) async throws -> StartAttachmentResponse {
    let caller = try context.principal()
    guard let type = ContentType(request.contentType) else {
      throw RPCError.invalid("content_type", "must be a type and a subtype, such as image/png")
    }
    let draft = Attachments.Draft(
      fileName: request.fileName,
      contentType: type,
      size: request.size == 0 ? nil : request.size,
      hash: try ContentHash(field: "sha256", request.sha256),
      idempotencyKey: try idempotencyKey(request.idempotencyKey)
    )
    let attachment = try await translated { () throws(ChatError) in
      try await attachments.start(draft, caller)
    }
    return StartAttachmentResponse(attachment: write(attachment, receivedBytes: 0))
  }

  func upload(
    _ requests: MessageStream<UploadAttachmentRequest>,
    context: ServerContext
  ) async throws -> UploadAttachmentResponse {
    let caller = try context.principal()
    let parts = requests.makeAsyncIterator()
    guard let first = try await parts.next() else {
      throw RPCError.invalid("attachment_id", "must be in the first message; there was none")
    }
    let id = try AttachmentID(field: "attachment_id", first.attachmentID)
    guard first.offset >= 0 else { throw RPCError.invalid("offset", "must not be negative") }
    var session = try await translated { () throws(ChatError) in
      try await attachments.resume(id, at: first.offset, caller)
    }
    defer { session.end() }
    var part: UploadAttachmentRequest? = first
    while let present = part {
      guard sessions.isCurrent(caller) else { throw RPCError.sessionOver }
      try await add(present, to: &session)
      if present.last {
        return UploadAttachmentResponse(attachment: try await complete(session, present))
      }
      part = try await parts.next()
    }
    let paused = try await translated { () throws(ChatError) in try await session.pause() }
    return UploadAttachmentResponse(attachment: write(paused))
  }

  private func add(
    _ part: UploadAttachmentRequest,
    to session: inout UploadSession
  ) async throws(RPCError) {
    do {
      try await session.append(part.data)
    } catch {
      throw RPCError(error)
    }
  }

  private func complete(
    _ session: UploadSession,
    _ last: UploadAttachmentRequest
  ) async throws -> WardlineAPI.Attachment {
    let hash = try ContentHash(field: "sha256", last.sha256)
    let attachment = try await translated { () throws(ChatError) in
      try await session.complete(hash)
    }
    return write(attachment, receivedBytes: attachment.size ?? 0)
  }

  func get(
    _ request: GetAttachmentRequest,
    context: ServerContext
  ) async throws -> GetAttachmentResponse {
    let caller = try context.principal()
    let id = try AttachmentID(field: "attachment_id", request.attachmentID)
    let attachment = try await translated { () throws(ChatError) in
      try await attachments.get(id, caller)
    }
    return GetAttachmentResponse(attachment: write(attachment))
  }

  func download(
    _ request: DownloadAttachmentRequest,
    context: ServerContext,
    responses: StreamWriter<DownloadAttachmentResponse>
  ) async throws {
    let caller = try context.principal()
    let id = try AttachmentID(field: "attachment_id", request.attachmentID)
    let part = try AttachmentPart(request)
    let open = try await translated { () throws(ChatError) in
      try await attachments.open(id, part, thumbnail: request.thumbnail, caller)
    }
    let watch = AccessWatch(loop: context.eventLoop, interval: checkInterval)
    try await watch.run {
      try await translated { () throws(ChatError) in try await open.demandAccess() }
    } _: {
      try await send(open, caller, responses)
    }
  }

  private func send(
    _ open: OpenAttachment,
    _ caller: ChatService.Principal,
    _ responses: StreamWriter<DownloadAttachmentResponse>
  ) async throws {
    var open = open
    let attachment = write(open.attachment, receivedBytes: open.attachment.size ?? 0)
    try await responses.write(
      DownloadAttachmentResponse(attachment: attachment, offset: open.range.lowerBound)
    )
    while let part = try await next(&open) {
      guard sessions.isCurrent(caller) else { throw RPCError.sessionOver }
      try await responses.write(
        DownloadAttachmentResponse(offset: part.offset, data: part.bytes)
      )
    }
  }

  private func next(
    _ open: inout OpenAttachment
  ) async throws(RPCError) -> (offset: Int64, bytes: [UInt8])? {
    do {
      return try await open.next()
    } catch {
      throw RPCError(error)
    }
  }

  func discard(
    _ request: DiscardAttachmentRequest,
    context: ServerContext
  ) async throws -> DiscardAttachmentResponse {
    let caller = try context.principal()
    let id = try AttachmentID(field: "attachment_id", request.attachmentID)
    let key = try idempotencyKey(request.idempotencyKey)
    try await translated { () throws(ChatError) in
      try await attachments.discard(id, key, caller)
    }
    return DiscardAttachmentResponse()
  }

  func usage(
    _ request: AttachmentUsageRequest,
    context: ServerContext
  ) async throws -> AttachmentUsageResponse {
    let caller = try context.principal()
    let usage = try await translated { () throws(ChatError) in
      try await attachments.usage(caller)
    }
    let limits = attachments.limits
    return AttachmentUsageResponse(
      bytes: usage.bytes,
      files: usage.files,
      unfinishedUploads: usage.uploads,
      bytesMax: limits.quota.bytesMax,
      filesMax: limits.quota.filesMax,
      unfinishedUploadsMax: limits.quota.uploadsMax,
      fileBytesMax: limits.fileBytesMax,
      contentTypes: limits.contentTypes
    )
  }

  private func write(_ received: ReceivedAttachment) -> WardlineAPI.Attachment {
    write(received.attachment, receivedBytes: received.receivedBytes)
  }

  private func write(
    _ attachment: ChatModel.Attachment,
    receivedBytes: Int64
  ) -> WardlineAPI.Attachment {
    .init(
      attachment,
      receivedBytes: receivedBytes,
      lifetimeSeconds: attachments.limits.uploadLifetimeSeconds
    )
  }
}

extension AttachmentPart {
  fileprivate init(_ request: DownloadAttachmentRequest) throws(RPCError) {
    self.init(
      offset: request.offset,
      length: request.length == 0 ? nil : request.length,
      last: request.lastBytes == 0 ? nil : request.lastBytes,
      known: try ContentHash(field: "known_sha256", request.knownSha256),
      whole: try ContentHash(field: "part_of_sha256", request.partOfSha256)
    )
  }
}
