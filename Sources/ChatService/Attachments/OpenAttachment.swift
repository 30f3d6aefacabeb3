public import ChatModel
import ChatRepository

/// The bytes of an attachment on their way to somebody who may have them.
///
/// A download may take long, and the right to it may end meanwhile: that is looked at again every
/// few seconds.
public struct OpenAttachment: Sendable {
  public let attachment: Attachment
  /// The bytes that come.
  public let range: Range<Int64>
  private let attachments: Attachments
  private let caller: Principal
  private let blob: Blob
  private var checkedAt: Timestamp
  /// Where the next part begins.
  private var offset: Int64

  init(
    _ attachments: Attachments,
    _ caller: Principal,
    _ attachment: Attachment,
    _ blob: Blob,
    _ range: Range<Int64>
  ) {
    self.attachments = attachments
    self.caller = caller
    self.attachment = attachment
    self.blob = blob
    self.range = range
    offset = range.lowerBound
    checkedAt = attachments.now()
  }

  /// The next bytes and where they stand; nil after the last.
  ///
  /// - Throws: as `Attachments.open`, when the caller may not have them any more.
  public mutating func next() async throws(ChatError) -> (offset: Int64, bytes: [UInt8])? {
    guard offset < range.upperBound else { return nil }
    try await checkAgain()
    let count = min(range.upperBound - offset, Int64(attachments.limits.downloadChunkBytes))
    let bytes = try await attachments.store.read(blob, at: offset, count: Int(count))
    defer { offset += count }
    return (offset, bytes)
  }

  /// Looks whether the caller may still have it, for one who waits with it for long.
  ///
  /// - Throws: as `Attachments.open`, when not.
  public func demandAccess() async throws(ChatError) {
    _ = try await attachments.readable(attachment.id, caller)
  }

  private mutating func checkAgain() async throws(ChatError) {
    let now = attachments.now()
    guard now.milliseconds - checkedAt.milliseconds >= Self.checkInterval else { return }
    _ = try await attachments.readable(attachment.id, caller)
    checkedAt = now
  }

  /// Milliseconds.
  private static let checkInterval: Int64 = 2000
}
