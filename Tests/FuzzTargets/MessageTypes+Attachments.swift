import ProtobufC
import WardlineAPI

extension MessageTypes {
  static let attachments: [any ProtobufMessage.Type] = [
    Attachment.self, StartAttachmentRequest.self, StartAttachmentResponse.self,
    UploadAttachmentRequest.self, UploadAttachmentResponse.self,
    GetAttachmentRequest.self, GetAttachmentResponse.self,
    DownloadAttachmentRequest.self, DownloadAttachmentResponse.self,
    DiscardAttachmentRequest.self, DiscardAttachmentResponse.self,
    AttachmentUsageRequest.self, AttachmentUsageResponse.self,
  ]
}
