public import ChatModel
import ChatRepository

/// One call that goes on with an upload. Use it from one task, and end it.
public struct UploadSession: Sendable {
  private let attachments: Attachments
  private let caller: Principal
  private let ticket: UploadTurns.Ticket
  /// As it was when the call began.
  private let attachment: Attachment
  /// How many bytes there are, not all of them on the disk.
  private var offset: Int64

  init(
    _ attachments: Attachments,
    _ caller: Principal,
    _ ticket: UploadTurns.Ticket,
    _ attachment: Attachment,
    offset: Int64
  ) {
    self.attachments = attachments
    self.caller = caller
    self.ticket = ticket
    self.attachment = attachment
    self.offset = offset
  }

  /// Adds bytes.
  ///
  /// - Throws: `invalidArgument` when there are more than announced or accepted;
  ///   `upload(.takenOver)` when a later call goes on; `failedPrecondition(.attachmentComplete)` when there is
  ///   nothing to add.
  public mutating func append(_ bytes: [UInt8]) async throws(ChatError) {
    if bytes.isEmpty { return }
    guard attachment.state == .uploading else { throw .failedPrecondition(.attachmentComplete) }
    let reached = offset + Int64(bytes.count)
    if let size = attachment.size, reached > size {
      throw .invalidArgument(
        field: "data",
        message: "goes on to byte \(reached); \(size) were announced"
      )
    }
    try attachments.limits.validate(size: reached, field: "data")
    let (offset, id) = (offset, attachment.id)
    try await attachments.uploads.take(id, ticket) { () async throws(ChatError) in
      try await attachments.store.append(bytes, to: id, at: offset)
    }
    self.offset = reached
  }

  /// Says that all bytes are there.
  ///
  /// - Parameter hash: of all of them; needed unless it was announced.
  /// - Throws: `invalidArgument` when bytes are missing, or when they have another hash or are not of
  ///   the type that was announced; in the latter cases the upload starts again at zero.
  public func complete(_ hash: ContentHash?) async throws(ChatError) -> Attachment {
    let wanted = try announced(hash)
    if attachment.blob != nil { return attachment }
    if let size = attachment.size, size != offset {
      throw .invalidArgument(
        field: "last",
        message: "comes after \(offset) bytes; \(size) were announced"
      )
    }
    return try await attachments.uploads.take(attachment.id, ticket) {
      () async throws(ChatError) in
      let blob = try await examined(wanted)
      let complete = try await attachments.publish(attachment, as: blob, caller)
      attachments.uploads.end(attachment.id, ticket)
      return complete
    }
  }

  /// Ends the call before the upload is complete, and tells how many bytes are kept.
  public func pause() async throws(ChatError) -> ReceivedAttachment {
    guard attachment.state == .uploading else { return ReceivedAttachment(complete: attachment) }
    let (id, store) = (attachment.id, attachments.store)
    let bytes = try await attachments.uploads.take(id, ticket) { () async throws(ChatError) in
      try await store.received(id)
    }
    return ReceivedAttachment(attachment: attachment, receivedBytes: bytes)
  }

  /// The call is over, whatever became of it.
  public func end() {
    attachments.uploads.end(attachment.id, ticket)
  }

  /// The hash that the bytes must have.
  private func announced(_ hash: ContentHash?) throws(ChatError) -> ContentHash {
    guard let wanted = hash ?? attachment.hash else {
      throw .invalidArgument(
        field: "sha256",
        message: "must be given at the start or with the last part"
      )
    }
    if let known = attachment.hash, known != wanted {
      throw .invalidArgument(field: "sha256", message: "is not the one that was announced")
    }
    return wanted
  }

  /// What has come, if it is what was announced; else there is nothing any more.
  private func examined(_ wanted: ContentHash) async throws(ChatError) -> Blob {
    let upload = try await attachments.store.examine(attachment.id)
    guard upload.blob.size == offset else {
      throw .upload(.wrongOffset(expected: upload.blob.size))
    }
    let fault: ChatError
    if upload.blob.hash != wanted {
      fault = .invalidArgument(
        field: "sha256",
        message: "the \(offset) bytes that came have another; the upload starts again at 0"
      )
    } else if !FileSignature.matches(attachment.contentType, upload.beginning) {
      fault = .invalidArgument(
        field: "content_type",
        message: "the bytes that came are not of this type; the upload starts again at 0"
      )
    } else {
      return upload.blob
    }
    try await attachments.store.discard(attachment.id)
    throw fault
  }
}

/// An attachment, and how much of it is there.
public struct ReceivedAttachment: Hashable, Sendable {
  public var attachment: Attachment
  /// Bytes that are kept for good.
  public var receivedBytes: Int64

  init(attachment: Attachment, receivedBytes: Int64) {
    self.attachment = attachment
    self.receivedBytes = receivedBytes
  }

  init(complete attachment: Attachment) {
    self.init(attachment: attachment, receivedBytes: attachment.size ?? 0)
  }
}
