import WardlineAPI

extension Shapes {
  static let attachment = ObjectShape<Attachment>(
    "Attachment",
    [
      .text("Attachment_id") { $0.attachmentID },
      .text("Attachment_Url") { $0.url },
      .text("File_name") { $0.fileName },
      .text("Content_type") { $0.contentType },
      .word("State") { $0.state },
      .integer("Size") { $0.size },
      .integer("Received_bytes") { $0.receivedBytes },
      .optionalText("Sha256") { $0.sha256 },
      .flag("Has_thumbnail") { $0.hasThumbnail },
      .time("Created_at") { $0.createdAtMs },
      .time("Updated_at") { $0.updatedAtMs },
      .time("Expires_at") { $0.expiresAtMs },
    ]
  )

  static let attachmentUsage = ObjectShape<AttachmentUsageResponse>(
    "AttachmentUsage",
    [
      .integer("Bytes") { $0.bytes },
      .integer("Files") { $0.files },
      .integer("Unfinished_uploads") { $0.unfinishedUploads },
      .integer("Bytes_max") { $0.bytesMax },
      .integer("Files_max") { $0.filesMax },
      .integer("Unfinished_uploads_max") { $0.unfinishedUploadsMax },
      .integer("File_bytes_max") { $0.fileBytesMax },
      .texts("Content_types") { $0.contentTypes },
    ]
  )
}
