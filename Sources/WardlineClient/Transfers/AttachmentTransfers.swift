import Crypto
public import RPC
public import TTRPC
public import WardlineAPI

/// Uploads and downloads of attachments that go on where they were when a connection is lost.
public struct AttachmentTransfers: Sendable {
  /// What a file is to be called.
  public struct Description: Sendable, Hashable {
    /// Shown to others, 1 to 255 bytes without control characters and slashes.
    public var fileName: String
    /// Such as `image/png`, without parameters.
    public var contentType: String
    /// 1 to 128 bytes, unique among the caller's keys: with the same key an upload goes on that the
    /// program had begun before it ended.
    public var idempotencyKey: String

    public init(fileName: String, contentType: String, idempotencyKey: String) {
      self.fileName = fileName
      self.contentType = contentType
      self.idempotencyKey = idempotencyKey
    }
  }

  /// How far a transfer has come, in bytes.
  public struct Progress: Sendable, Hashable {
    public let done: Int64
    public let total: Int64
  }

  private let transport: any ClientTransport
  private let delay: Backoff
  private let attemptsMax: Int
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - delay: the waits after a failure that may pass.
  ///   - attemptsMax: failures in a row, without a byte between them, after which a transfer is given
  ///     up.
  ///   - clock: measures the waits.
  public init(
    over transport: any ClientTransport,
    delay: Backoff = Backoff(maximum: .seconds(10)),
    attemptsMax: Int = 8,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.transport = transport
    self.delay = delay
    self.attemptsMax = attemptsMax
    self.clock = clock
  }

  // MARK: Upload

  /// Uploads a file.
  ///
  /// - Parameter onProgress: told of the bytes that have been handed over, on any thread.
  /// - Returns: the attachment, whose number can be sent with a message.
  /// - Throws: `RPCError` when the server does not take it, or is not there for too long; what reading
  ///   the source throws; `CancellationError`.
  public func upload(
    _ source: some UploadSource,
    as description: Description,
    onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Attachment {
    let request = StartAttachmentRequest(
      fileName: description.fileName,
      contentType: description.contentType,
      size: source.size,
      sha256: try Self.hash(of: source),
      idempotencyKey: description.idempotencyKey
    )
    let started: StartAttachmentResponse = try await transport.unary(
      AttachmentsMethods.start,
      request,
      options: CallOptions(waitForReady: true)
    )
    let id = started.attachment?.attachmentID ?? ""
    var known = started.attachment ?? Attachment()
    var attempts = Attempts(self)
    while known.state == .uploading {
      let offset = known.receivedBytes
      do {
        known = try await send(source, id, from: offset, onProgress)
      } catch let error as RPCError {
        guard error.code.passes || error.code == .outOfRange else { throw error }
        known = try await current(id)
        try await attempts.failed(error, isFurther: known.receivedBytes > offset)
      }
    }
    onProgress(Progress(done: source.size, total: source.size))
    return known
  }

  private func send(
    _ source: some UploadSource,
    _ id: String,
    from offset: Int64,
    _ onProgress: @escaping @Sendable (Progress) -> Void
  ) async throws -> Attachment {
    let answer: UploadAttachmentResponse = try await transport.clientStreaming(
      AttachmentsMethods.upload,
      options: CallOptions(waitForReady: true)
    ) { (writer: ClientStreamWriter<UploadAttachmentRequest>) in
      var at = offset
      repeat {
        let data = try source.read(from: at, atMost: Self.chunkBytes)
        let isLast = at + Int64(data.count) >= source.size || data.isEmpty
        var part = UploadAttachmentRequest(data: data, last: isLast)
        if at == offset {
          part.attachmentID = id
          part.offset = offset
        }
        try await writer.write(part)
        at += Int64(data.count)
        onProgress(Progress(done: at, total: source.size))
        if isLast { return }
      } while true
    }
    return answer.attachment ?? Attachment()
  }

  private func current(_ id: String) async throws -> Attachment {
    let answer: GetAttachmentResponse = try await transport.unary(
      AttachmentsMethods.get,
      GetAttachmentRequest(attachmentID: id),
      options: CallOptions(waitForReady: true)
    )
    return answer.attachment ?? Attachment()
  }

  private static func hash(of source: some UploadSource) throws -> String {
    var hash = SHA256()
    var at: Int64 = 0
    while at < source.size {
      let bytes = try source.read(from: at, atMost: chunkBytes)
      if bytes.isEmpty { break }
      hash.update(data: bytes)
      at += Int64(bytes.count)
    }
    return hash.finalize().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  // MARK: Download

  /// Downloads an attachment.
  ///
  /// - Parameters:
  ///   - offset: the first byte that is wanted.
  ///   - onBytes: is given every byte once and in order, with how far that is.
  /// - Throws: `RPCError` when it is not there, or the server is not for too long; what `onBytes`
  ///   throws; `CancellationError`.
  public func download(
    _ attachmentID: String,
    from offset: Int64 = 0,
    onBytes: (_ bytes: [UInt8], Progress) async throws -> Void
  ) async throws {
    var at = offset
    var total: Int64?
    var attempts = Attempts(self)
    while total.map({ at < $0 }) ?? true {
      let before = at
      do {
        let answers: MessageStream<DownloadAttachmentResponse> =
          try await transport.serverStreaming(
            AttachmentsMethods.download,
            DownloadAttachmentRequest(attachmentID: attachmentID, offset: at),
            options: CallOptions(waitForReady: true, mayRepeat: false)
          )
        for try await answer in answers {
          if let attachment = answer.attachment { total = attachment.size }
          guard !answer.data.isEmpty, answer.offset == at else { continue }
          at += Int64(answer.data.count)
          try await onBytes(answer.data, Progress(done: at, total: total ?? at))
        }
        if total == nil || at == before { return }
      } catch let error as RPCError where error.code.passes {
        try await attempts.failed(error, isFurther: at > before)
      }
    }
  }

  // MARK: Attempts

  /// Failures in a row.
  private struct Attempts {
    private let transfers: AttachmentTransfers
    private var failures = 0

    init(_ transfers: AttachmentTransfers) {
      self.transfers = transfers
    }

    /// Waits before the next attempt, or gives up.
    mutating func failed(_ error: RPCError, isFurther: Bool) async throws {
      try Task.checkCancellation()
      failures = isFurther ? 1 : failures + 1
      guard failures < transfers.attemptsMax else { throw error }
      var generator = SystemRandomNumberGenerator()
      let wait = transfers.delay.delay(afterFailures: failures, using: &generator)
      try await transfers.clock.sleep(for: wait)
    }
  }

  private static let chunkBytes = 256 << 10
}
