import CFaultVFS

/// A disk that fails by plan: it holds one folder, for the connections of this process.
final class FaultDisk: Sendable {
  /// What SQLite asks of a disk.
  struct Calls: OptionSet, Sendable {
    let rawValue: UInt32

    static let writes = Calls(FAULT_WRITE)
    static let truncations = Calls(FAULT_TRUNCATE)
    static let syncs = Calls(FAULT_SYNC)
    static let locks = Calls(FAULT_LOCK)
    static let sharedMemory = Calls(FAULT_SHARED_MEMORY)
    /// Writes to the database itself, which checkpoints make.
    static let databaseWrites = Calls(FAULT_DATABASE_WRITE)
    /// Writes that make a file longer.
    static let growth = Calls(FAULT_GROWTH)
    static let any = Calls(FAULT_ANY)

    init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ flag: Int) { rawValue = UInt32(flag) }
  }

  enum Fault: Sendable, CaseIterable {
    case ioError, full, busy, noMemory, kill, powerLoss

    fileprivate var code: Int32 {
      switch self {
      case .ioError: Int32(FAULT_IO_ERROR)
      case .full: Int32(FAULT_FULL)
      case .busy: Int32(FAULT_BUSY)
      case .noMemory: Int32(FAULT_NO_MEMORY)
      case .kill: Int32(FAULT_KILL)
      case .powerLoss: Int32(FAULT_POWER_LOSS)
      }
    }
  }

  struct NoDisk: Error {
    let folder: String
  }

  /// The pointer never changes, and every function that takes it takes a lock first.
  private nonisolated(unsafe) let disk: OpaquePointer

  /// - Parameter folder: must be there.
  init(folder: String) throws {
    guard let disk = fault_disk_create(folder) else { throw NoDisk(folder: folder) }
    self.disk = disk
  }

  deinit { fault_disk_release(disk) }

  /// From now on counts some calls, and has those in a range, from 1, fail.
  func plan(_ calls: Calls, _ range: ClosedRange<Int64>, _ fault: Fault) {
    fault_disk_plan(disk, calls.rawValue, range.lowerBound, range.upperBound, fault.code)
  }

  /// Nothing fails any more.
  func heal() { fault_disk_heal(disk) }

  /// Calls that the plan has counted.
  var callCount: Int64 { fault_disk_calls(disk) }

  /// Calls that have failed since the plan was made.
  var failureCount: Int64 { fault_disk_failures(disk) }

  /// Writes into another folder what a power loss leaves, as the seed will have it.
  func saveWhatIsLeft(to folder: String, seed: UInt64) throws {
    guard fault_disk_save(disk, folder, seed) else { throw NoDisk(folder: folder) }
  }
}
