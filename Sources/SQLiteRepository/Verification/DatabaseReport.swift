/// What came of looking at everything in a database.
public struct DatabaseReport: Hashable, Sendable {
  /// A row that is not as it was written.
  public struct DamagedRow: Hashable, Sendable {
    public var table: String
    /// The name of the message, as everybody outside knows it, as far as the row still has one.
    public var message: String
    /// Of an earlier version of a message.
    public var version: Int64?
    /// Where the row stands in its table, if by a number.
    public var position: Int64?
  }

  /// Messages that were read.
  public var messageCount = 0
  /// Earlier versions of messages that were read.
  public var versionCount = 0
  /// At most `DatabaseVerifier.damagedMax`, in the order of the tables.
  public var damaged: [DamagedRow] = []
  /// What SQLite says of the structure; empty if it is sound.
  public var structure: [String] = []

  public var isSound: Bool { damaged.isEmpty && structure.isEmpty }
}

extension DatabaseReport.DamagedRow: CustomStringConvertible {
  public var description: String {
    var text = "message \(message)"
    if let version { text += ", version \(version)," }
    text += " is not as it was written (\(table)"
    if let position { text += ", row \(position)" }
    return text + ")"
  }
}
