import ChatModel
import Crypto
import Foundation
import Synchronization

/// Room on the disk for records of the audit, taken while there is some: a file that has its final
/// size from the start.
///
/// When the database has no room left, records of calls that change nothing are written here, so that
/// reading goes on and is recorded. They are appended to the audit, in their order, before anything
/// else is. The file says behind which record they belong: so it shows, after a crash as well, which of
/// them are there already.
final class AuditReserve: Sendable {
  /// The file has no room for a record, or there is no file.
  struct Full: Error {}

  private struct State {
    var file: ReserveFile?
    /// The last record of the audit when the first of these was made.
    var after: Int64 = 0
    var records: [ReservedRecord] = []
    var used = ReserveFile.headerBytes
  }

  private let state: Mutex<State>

  /// Opens the reserve of a folder, with the records that were left in it.
  ///
  /// - Parameter bytes: its size; 0 for none.
  /// - Throws: when it cannot be made, for want of room most of all.
  init(path: String, bytes: Int) throws {
    guard bytes > 0 else {
      state = Mutex(State())
      return
    }
    let file = try ReserveFile(path)
    let (after, records, used) = try file.read()
    if records.isEmpty { try file.allocate(max(bytes, ReserveFile.headerBytes)) }
    state = Mutex(State(file: file, after: after, records: records, used: used))
  }

  /// One without room.
  init() { state = Mutex(State()) }

  /// Records that are not in the audit yet, or not known to be.
  var waitingCount: Int { state.withLock { $0.records.count } }

  /// Writes records so that they last.
  ///
  /// - Parameter head: the index of the last record of the audit.
  /// - Throws: `Full`, or what the system says; then none of them is kept.
  func keep(_ records: [ReservedRecord], after head: Int64) throws {
    try state.withLock { state in
      guard let file = state.file else { throw Full() }
      let isFirst = state.records.isEmpty
      let after = isFirst ? head : state.after
      var bytes = isFirst ? ReserveFile.header(after) : []
      let offset = isFirst ? 0 : state.used
      for (index, record) in records.enumerated() {
        bytes += try ReserveFile.frame(record, state.records.count + index, after)
      }
      guard offset + bytes.count <= file.size else { throw Full() }
      try file.write(bytes, at: offset)
      state.after = after
      state.used = offset + bytes.count
      state.records += records
    }
  }

  /// The next records that are not in the audit.
  ///
  /// - Parameter head: the index of its last record.
  func due(after head: Int64, atMost count: Int) -> ArraySlice<ReservedRecord> {
    state.withLock { state in
      let done = max(0, head - state.after)
      return state.records.dropFirst(Int(clamping: done)).prefix(count)
    }
  }

  /// All of them are in the audit.
  func clear() {
    state.withLock { state in
      state.records = []
      state.used = ReserveFile.headerBytes
      // What stays in the file is seen to be in the audit.
      try? state.file?.write(ReserveFile.emptyHeader, at: 0)
    }
  }
}

/// A record of the audit without its place in the chain.
struct ReservedRecord: Codable, Hashable, Sendable {
  let operation: String
  let user: String?
  let service: String?
  let role: String?
  let subject: String
  let origin: String
  let outcome: String
  let milliseconds: Int64

  init(_ call: AuditedCall, outcome: String, at time: Timestamp) {
    operation = call.operation
    user = call.user?.rawValue
    service = call.service?.rawValue
    role = call.role?.rawValue
    subject = call.subject
    origin = call.origin
    self.outcome = outcome
    milliseconds = time.milliseconds
  }

  var call: AuditedCall {
    AuditedCall(
      operation: operation,
      user: user.flatMap { UserID($0) },
      service: service.flatMap { UserID($0) },
      role: role.flatMap { Role(rawValue: $0) },
      subject: subject,
      origin: origin
    )
  }
}
