public import ChatModel

/// A backup that was made and verified.
public struct BackupReport: Hashable, Sendable {
  /// The name of its folder.
  public var name: String
  public var madeAt: Timestamp
  /// All its files together.
  public var bytes: Int64
  public var fileCount: Int
  /// It holds the log up to here, and nothing behind it.
  public var head: LogHead

  public init(
    name: String,
    madeAt: Timestamp,
    bytes: Int64,
    fileCount: Int,
    head: LogHead
  ) {
    self.name = name
    self.madeAt = madeAt
    self.bytes = bytes
    self.fileCount = fileCount
    self.head = head
  }
}
