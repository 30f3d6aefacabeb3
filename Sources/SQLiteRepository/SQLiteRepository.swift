public import ChatModel
public import ChatRepository
import Dispatch
import GRDB
public import Logging
import Synchronization

/// A repository in one SQLite database, for one server.
///
/// One connection writes, in groups, and answers when a group has reached the disk; others read,
/// each a consistent state, without waiting for the writer. A lock keeps a second server away.
public final class SQLiteRepository: Sendable {
  let configuration: SQLiteConfiguration
  let pool: DatabasePool
  private let lock: FolderLock
  let writes: WriteQueue
  let logger: Logger
  private let isMakingBackup = Mutex(false)
  private let isClosed = Mutex(false)

  /// Opens a repository, and makes it if it is not there yet. Blocks until it is ready.
  ///
  /// - Parameters:
  ///   - generator: the source of identifiers.
  ///   - onCommit: is told of every commit.
  /// - Throws: `RepositoryOpenError`, which says what to do.
  public init(
    _ configuration: SQLiteConfiguration,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    logger: Logger = Logger(label: "wardline.repository"),
    onCommit: @escaping CommitListener = { _ in }
  ) throws {
    self.configuration = configuration
    try DataFolder.prepare(configuration)
    var generator = generator
    let log = generator.next(upperBound: UInt32.max)
    lock = try FolderLock(configuration)
    pool = try DatabaseOpening.open(configuration, log: log)
    let numbers = Mutex(generator)
    let commits = GroupCommit(onCommit: onCommit) { time in
      numbers.withLock { ConversationID.generate(at: time, using: &$0) }
    }
    writes = WriteQueue(configuration, pool: pool, commits: commits, logger: logger)
    self.logger = logger
  }

  /// Runs `body` on a connection that reads, off the threads that run tasks.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Snapshot) throws -> Value
  ) async throws(ChatError) -> Value {
    do {
      return try await pool.read { try body(Snapshot(db: $0)) }
    } catch let error as ChatError {
      throw error
    } catch is CancellationError {
      throw .cancelled
    } catch {
      let code = (error as? DatabaseError)?.extendedResultCode.description ?? "\(type(of: error))"
      logger.error("a read failed", metadata: ["sqlite": "\(code)"])
      throw StorageFailure(error).answer
    }
  }

  /// - Returns: false while another backup is made.
  func beginBackup() -> Bool {
    isMakingBackup.withLock { isMaking in
      defer { isMaking = true }
      return !isMaking
    }
  }

  func endBackup() { isMakingBackup.withLock { $0 = false } }

  public func close() async {
    await writes.close()
    await withCheckedContinuation { continuation in
      // Blocks, so not on a thread that runs tasks.
      DispatchQueue.global().async {
        self.closeConnections()
        continuation.resume()
      }
    }
  }

  private func closeConnections() {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    // The readers first: what is left in the write-ahead log is moved by the writer alone.
    pool.invalidateReadOnlyConnections()
    do {
      try pool.barrierWriteWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
      try pool.close()
    } catch {
      logger.error("the database did not close cleanly")
    }
    lock.release()
  }
}
