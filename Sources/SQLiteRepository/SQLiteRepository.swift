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
  let search: SearchIndex
  let inboxes = InboxCache()
  private let reserve: AuditReserve
  let logger: Logger
  private let isMakingBackup = Mutex(false)
  private let isClosed = Mutex(false)

  /// Opens a repository, and makes it if it is not there yet. Blocks until it is ready.
  ///
  /// - Parameters:
  ///   - generator: the source of identifiers.
  ///   - onCommit: is told of every commit.
  ///   - uptime: a clock that only goes forward, by which the search index is kept up to the log.
  /// - Throws: `RepositoryOpenError`, which says what to do.
  public convenience init(
    _ configuration: SQLiteConfiguration,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    logger: Logger = Logger(label: "wardline.repository"),
    onCommit: @escaping CommitListener = { _ in },
    uptime: @escaping @Sendable () -> Duration = MonotonicTime.now
  ) throws {
    try self.init(
      configuration,
      generator: generator,
      uptime: uptime,
      logger: logger,
      onCommit: onCommit,
      reached: nil
    )
  }

  /// - Parameters:
  ///   - patience: for how long writes wait for a search index that does not move at all.
  ///   - reached: is told how far each commit has got; for tests.
  init(
    _ configuration: SQLiteConfiguration,
    generator: some RandomNumberGenerator & Sendable,
    uptime: @escaping @Sendable () -> Duration = MonotonicTime.now,
    patience: DispatchTimeInterval = .seconds(5),
    logger: Logger,
    onCommit: @escaping CommitListener,
    reached: (@Sendable (Failpoint) -> Void)?
  ) throws {
    self.configuration = configuration
    try DataFolder.prepare(configuration)
    var generator = generator
    let log = generator.next(upperBound: UInt32.max)
    lock = try FolderLock(configuration)
    let pool = try DatabaseOpening.open(configuration, log: log)
    self.pool = pool
    let search = try DatabaseOpening.explained(configuration.databasePath) {
      try SearchIndex(
        SearchFiles(configuration: configuration, log: try Self.logNumber(pool)),
        following: pool,
        uptime: uptime,
        patience: patience,
        logger: logger
      )
    }
    self.search = search
    let reserve = Self.openReserve(configuration, logger)
    self.reserve = reserve
    let commits = GroupCommit(
      onCommit: search.told(before: onCommit),
      names: NameSource(generator),
      reserve: reserve,
      reached: reached,
      logger: logger
    )
    writes = WriteQueue(configuration, pool: pool, commits: commits, logger: logger)
    self.logger = logger
    search.goOn()
  }

  /// On a disk that is full already the server does without, rather than not at all.
  private static func openReserve(
    _ configuration: SQLiteConfiguration,
    _ logger: Logger
  ) -> AuditReserve {
    do {
      return try AuditReserve(
        path: configuration.auditReservePath,
        bytes: configuration.auditReserveBytes
      )
    } catch {
      logger.warning("there is no room for the reserve of the audit: free some and start again")
      return AuditReserve()
    }
  }

  /// Records of the audit that wait for room on the disk.
  public var reservedAuditRecords: Int { reserve.waitingCount }

  private static func logNumber(_ pool: DatabasePool) throws -> UInt32 {
    try pool.read { try Snapshot(db: $0).logHead().log.rawValue }
  }

  /// Runs `body` on a connection that reads, off the threads that run tasks.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Snapshot) throws -> Value
  ) async throws(ChatError) -> Value {
    try await read(from: pool) { try body(Snapshot(db: $0)) }
  }

  /// The same from one of the repository's files.
  func read<Value: Sendable>(
    from pool: DatabasePool,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(ChatError) -> Value {
    do {
      return try await pool.read { try body($0) }
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
    await search.close()
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
