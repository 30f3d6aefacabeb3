public import ChatModel
public import ChatRepository
import Dispatch
import GRDB
import Logging

extension SQLiteRepository {
  public func statistics() async throws(ChatError) -> StorageStatistics {
    let log = DataFolder.size(of: configuration.databasePath + "-wal")
    return try await read { try $0.statistics(writeAheadLogBytes: log) }
  }

  public func everybody(
    role: Role?,
    after: UserID?,
    limit: Int
  ) async throws(ChatError) -> Page<User> {
    try await read { try $0.everybody(role: role, after: after, limit: limit) }
  }

  public func conversationOverviews(
    _ filter: OverviewFilter,
    after: ConversationID?,
    limit: Int
  ) async throws(ChatError) -> Page<AdministeredConversation> {
    try await read { try $0.conversationOverviews(filter, after: after, limit: limit) }
  }

  public func makeBackup(at now: Timestamp) async throws(ChatError) -> BackupReport {
    guard beginBackup() else { throw .failedPrecondition(.backupRunning) }
    let writer = BackupWriter(source: configuration, folder: configuration.backupFolder)
    let result = await withCheckedContinuation { continuation in
      // Blocks for as long as it takes, so not on a thread that runs tasks.
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(returning: Result { try writer.makeBackup(at: now) })
      }
    }
    endBackup()
    do {
      let manifest = try result.get()
      return Backup(folder: configuration.backupFolder).report(of: manifest)
    } catch {
      throw refusal(of: error)
    }
  }

  /// What the caller is told; the log knows where and why.
  private func refusal(of error: any Error) -> ChatError {
    if let error = error as? BackupError {
      logger.error("a backup failed", metadata: ["reason": "\(error)"])
      return .unavailable
    }
    let code = (error as? DatabaseError)?.extendedResultCode.description ?? "\(type(of: error))"
    logger.error("a backup failed", metadata: ["sqlite": "\(code)"])
    return StorageFailure(error).answer
  }
}
