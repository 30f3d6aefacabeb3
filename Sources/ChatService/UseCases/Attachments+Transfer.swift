public import ChatModel
import ChatRepository

extension Attachments {
  /// Goes on with an upload. The call before, if it still runs, gets no further.
  ///
  /// - Throws: `notFound(.attachment)` when it is not the caller's;
  ///   `upload(.wrongOffset)` when it goes on elsewhere.
  public func resume(
    _ id: AttachmentID,
    at offset: Int64,
    _ caller: Principal
  ) async throws(ChatError) -> UploadSession {
    try Policy.demand(.uploadAttachment, caller)
    return try await uploads.take(id) { () async throws(ChatError) in
      let attachment = try await owned(id, caller)
      let received = try await received(attachment).receivedBytes
      guard received == offset else { throw .upload(.wrongOffset(expected: received)) }
      return UploadSession(self, caller, uploads.begin(id), attachment, offset: offset)
    }
  }

  /// Opens an attachment for reading.
  ///
  /// - Parameter thumbnail: whether to read the thumbnail instead.
  /// - Throws: `notFound(.attachment)` when the caller may not see it, or when there is no thumbnail;
  ///   `failedPrecondition` while it is uploaded or held back, and when it was rejected;
  ///   `invalidArgument` for a part that there cannot be.
  public func open(
    _ id: AttachmentID,
    _ part: AttachmentPart,
    thumbnail: Bool = false,
    _ caller: Principal
  ) async throws(ChatError) -> OpenAttachment {
    try Policy.demand(.downloadAttachment, caller)
    try part.check()
    let (attachment, whole) = try await readable(id, caller)
    guard let blob = thumbnail ? attachment.thumbnail : whole else {
      throw .notFound(.attachment)
    }
    return OpenAttachment(self, caller, attachment, blob, part.range(in: blob))
  }

  /// An attachment whose bytes the caller may have now.
  func readable(
    _ id: AttachmentID,
    _ caller: Principal
  ) async throws(ChatError) -> (attachment: Attachment, blob: Blob) {
    guard let attachment = try await repository.attachment(id, visibleTo: caller.userID) else {
      throw .notFound(.attachment)
    }
    switch attachment.state {
    case .uploading: throw .failedPrecondition(.attachmentIncomplete)
    case .rejected: throw .failedPrecondition(.attachmentRejected)
    case .pending where attachment.owner != caller.userID:
      throw .failedPrecondition(.attachmentHeldBack)
    case .pending, .clean: break
    }
    guard let blob = attachment.blob else { throw .internal }
    return (attachment, blob)
  }
}
