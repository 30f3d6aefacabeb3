/// The wish that a backup which was made is the answer under the key of whoever asked for it.
public struct RecordBackup: WriteIntent {
  public static let operation = "Administration/Backup"

  /// Of the backup. It is no part of what was asked for.
  public var report: BackupReport

  public init(_ report: BackupReport) {
    self.report = report
  }

  /// Two requests for a backup are always alike.
  private enum CodingKeys: CodingKey {}

  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: CodingKeys.self)
  }

  public static func subject(of outcome: BackupReport) -> String? { outcome.name }

  public func apply(to transaction: some ChatTransaction) throws -> BackupReport { report }
}
