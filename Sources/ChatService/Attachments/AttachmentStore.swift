public import ChatModel

/// Keeps the bytes of attachments: those that are coming under the name of their attachment, and
/// those that are complete under their hash, once for all who have them.
///
/// Nothing is seen under a hash before all its bytes are there for good. What is known beside the
/// bytes stands in the repository.
///
/// Every operation throws `resourceExhausted` when the storage is full and `internal` when it fails;
/// then nothing has changed, but for `append`, of which a part may have come.
public protocol AttachmentStore: Sendable {
  // MARK: Coming

  /// How many bytes of an upload are there for good: from there it goes on. Zero for one of which
  /// nothing has come.
  func received(_ upload: AttachmentID) async throws(ChatError) -> Int64

  /// Puts bytes behind those that are there. They are there for good after the next `received`.
  ///
  /// - Throws: `upload(.wrongOffset)` when there are more or fewer bytes than `offset`.
  func append(
    _ bytes: [UInt8],
    to upload: AttachmentID,
    at offset: Int64
  ) async throws(ChatError)

  /// Reads all that has come of an upload, and how it begins, as it is stored.
  func examine(_ upload: AttachmentID) async throws(ChatError) -> ExaminedUpload

  /// Makes an upload's bytes a blob, unless there is one with this hash. The upload stays, so that
  /// this can be done again when nobody noted that it was done.
  ///
  /// - Parameter blob: what `examine` found.
  func publish(_ upload: AttachmentID, as blob: Blob) async throws(ChatError)

  /// Lets go of what has come of an upload. Nothing happens when there is nothing.
  func discard(_ upload: AttachmentID) async throws(ChatError)

  // MARK: Complete

  /// Bytes of a blob.
  ///
  /// - Throws: `dataLoss` when it is not there, or has fewer bytes.
  func read(_ blob: Blob, at offset: Int64, count: Int) async throws(ChatError) -> [UInt8]

  /// The path of a file with the bytes of a blob, for programs that look into it. They must not
  /// change it, and it may be gone once `body` has returned.
  ///
  /// - Throws: `dataLoss` when it is not there.
  func withFile<Outcome: Sendable>(
    of blob: Blob,
    _ body: (_ path: String) async -> Outcome
  ) async throws(ChatError) -> Outcome

  /// Lets go of a blob. Nothing happens when there is none.
  func remove(_ hash: ContentHash) async throws(ChatError)

  // MARK: All of them

  /// The uploads of which something has come.
  func uploads() async throws(ChatError) -> [AttachmentID]

  /// The blobs whose hash begins with `prefix`: a 256th of all, so that nobody has to hold the names
  /// of all of them.
  func blobs(beginningWith prefix: UInt8) async throws(ChatError) -> [ContentHash]
}

/// What has come of an upload.
public struct ExaminedUpload: Hashable, Sendable {
  public var blob: Blob
  /// The first `FileSignature.lengthMax` bytes, or all if there are fewer.
  public var beginning: [UInt8]

  public init(blob: Blob, beginning: [UInt8]) {
    self.blob = blob
    self.beginning = beginning
  }
}
