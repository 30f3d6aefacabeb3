/// Where a repository lies, and how much it takes on.
public struct SQLiteConfiguration: Hashable, Sendable {
  /// The folder of the database and its companions; made, for its owner alone, if it is missing.
  public var folder: String
  /// Connections that read at the same time.
  public var readerCount = 4
  /// The most writes that wait or run; more are refused with `resourceExhausted`.
  public var pendingWritesMax = 16_384
  /// The most writes in one transaction.
  public var batchWritesMax = 512
  /// How much the write-ahead log grows before its pages go into the database, in pages of 4 KiB.
  ///
  /// A larger one makes slow commits rarer and the log file larger.
  public var checkpointPages = 10_000
  /// The memory in which the writer keeps pages, in KiB. What does not fit is read again from the
  /// system's cache; four times as much made no measurable difference.
  public var writerCacheKiB = 16 * 1024
  /// The same for each reader.
  public var readerCacheKiB = 2 * 1024
  /// Up to this size, in bytes, the whole database is checked when it is opened.
  public var fullCheckBytesMax: Int64 = 256 * 1024 * 1024

  /// Room on the disk that is kept for records of reads while the disk is full, in bytes; 0 for none.
  /// A record takes about 300.
  public var auditReserveBytes = 4 * 1024 * 1024

  /// Where backups are made, each in a folder of its own.
  public var backupFolder: String

  public init(folder: String) {
    self.folder = folder
    backupFolder = folder + "/backups"
  }

  static let databaseName = "wardline.sqlite"
  /// The folders beside the database whose files belong to a backup.
  static let companionFolders = ["attachments/blobs"]

  var databasePath: String { folder + "/" + Self.databaseName }
  var searchPath: String { folder + "/search.sqlite" }
  var auditReservePath: String { folder + "/audit.reserve" }
  /// How much of the write-ahead log stays on disk once its pages are in the database, in bytes.
  ///
  /// It grows beyond that while somebody reads for long; without this it would never shrink.
  var logBytesMax: Int { checkpointPages * 2 * 4096 }
  var lockPath: String { folder + "/wardline.lock" }
}
