import ChatModel
import ChatRepository
import Testing

extension Clinic {
  static func hash(_ number: UInt8) throws -> ContentHash {
    try #require(ContentHash(bytes: Array(repeating: number, count: ContentHash.byteCount)))
  }

  static func attachmentLimits(
    bytesMax: Int64 = 1000,
    filesMax: Int64 = 10,
    uploadsMax: Int64 = 10
  ) -> AttachmentLimits {
    var limits = AttachmentLimits()
    limits.fileBytesMax = 400
    limits.quota.bytesMax = bytesMax
    limits.quota.filesMax = filesMax
    limits.quota.uploadsMax = uploadsMax
    return limits
  }

  @discardableResult
  func begin(
    _ owner: UserID,
    size: Int64? = 100,
    type: String = "image/png",
    limits: AttachmentLimits = attachmentLimits(),
    key: String? = nil,
    at seconds: Int = 0
  ) async throws -> ChatModel.Attachment {
    try await repository.write(
      StartAttachment(
        fileName: "scan.png",
        contentType: try #require(ContentType(type)),
        size: size,
        hash: nil,
        limits: limits
      ),
      try context(owner, key: key, at: seconds)
    )
  }

  @discardableResult
  func complete(
    _ attachment: ChatModel.Attachment,
    _ number: UInt8 = 1,
    state: AttachmentState = .clean,
    needsThumbnail: Bool = false,
    at seconds: Int = 0
  ) async throws -> ChatModel.Attachment {
    try await repository.write(
      CompleteAttachment(
        id: attachment.id,
        blob: Blob(hash: try Self.hash(number), size: 100),
        state: state,
        needsThumbnail: needsThumbnail
      ),
      try context(attachment.owner, at: seconds)
    )
  }

  /// A complete attachment.
  func upload(
    _ owner: UserID,
    _ number: UInt8 = 1,
    type: String = "image/png",
    at seconds: Int = 0
  ) async throws -> ChatModel.Attachment {
    try await complete(try await begin(owner, type: type, at: seconds), number, at: seconds)
  }

  @discardableResult
  func inspect(_ id: AttachmentID, _ finding: InspectAttachment.Finding) async throws -> Bool {
    try await repository.write(
      InspectAttachment(id: id, finding: finding),
      WriteContext(actor: .server, now: Self.time(1))
    )
  }

  @discardableResult
  func post(
    _ attachment: AttachmentID,
    _ sender: UserID,
    in id: ConversationID,
    as type: MessageType = .image,
    forwardedFrom source: MessageID? = nil,
    at seconds: Int = 0
  ) async throws -> MessageID {
    try await repository.write(
      AppendMessage(
        destination: .conversation(id),
        type: type,
        content: "",
        attachmentID: attachment,
        forwardedFrom: source
      ),
      try context(sender, at: seconds)
    ).id
  }

  /// The attachments that are collected.
  func collect(uploadsBefore: Int = -1, unusedBefore: Int = -1) async throws -> [AttachmentID] {
    try await repository.write(
      CollectAttachments(
        uploadsBefore: Self.time(uploadsBefore),
        unusedBefore: Self.time(unusedBefore),
        limit: 100
      ),
      WriteContext(actor: .server, now: Self.time(100))
    ).map(\.id)
  }

  func sees(_ user: UserID, _ id: AttachmentID) async throws -> Bool {
    try await repository.attachment(id, visibleTo: user) != nil
  }
}
