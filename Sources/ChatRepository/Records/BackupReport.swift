public import ChatModel

/// A backup that was made and verified.
public struct BackupReport: Hashable, Sendable, Codable {
  /// The name of its folder.
  public var name: String
  public var madeAt: Timestamp
  /// All its files together.
  public var bytes: Int64
  public var fileCount: Int
  /// It holds the log up to here, and nothing behind it.
  public var head: LogHead

  /// Of no backup.
  public static let none = BackupReport(
    name: "",
    madeAt: Timestamp(milliseconds: 0),
    bytes: 0,
    fileCount: 0,
    head: LogHead(log: LogID(rawValue: 0), position: .zero)
  )

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
