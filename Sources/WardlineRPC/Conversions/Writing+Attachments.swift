import ChatModel
import WardlineAPI

extension WardlineAPI.AttachmentState {
  init(_ state: ChatModel.AttachmentState) {
    self =
      switch state {
      case .uploading: .uploading
      case .pending: .pending
      case .clean: .clean
      case .rejected: .rejected
      }
  }
}

extension WardlineAPI.Attachment {
  /// - Parameter lifetimeSeconds: the time in which an upload must be complete.
  init(_ attachment: ChatModel.Attachment, receivedBytes: Int64, lifetimeSeconds: Int64) {
    let isUploading = attachment.state == .uploading
    self.init(
      attachmentID: attachment.id.description,
      url: attachment.id.url,
      fileName: attachment.fileName,
      contentType: attachment.contentType.rawValue,
      state: .init(attachment.state),
      size: attachment.size ?? 0,
      receivedBytes: receivedBytes,
      sha256: attachment.hash?.description ?? "",
      hasThumbnail: attachment.thumbnail != nil,
      createdAtMs: attachment.createdAt.milliseconds,
      updatedAtMs: attachment.updatedAt.milliseconds,
      expiresAtMs: isUploading ? attachment.createdAt.milliseconds + lifetimeSeconds * 1000 : 0
    )
  }
}
