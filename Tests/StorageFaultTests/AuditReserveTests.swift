import ChatModel
import ChatRepository
import Foundation
import GRDB
import Testing

@testable import SQLiteRepository

@Suite("The reserve of the audit")
struct AuditReserveTests {
  private func record(_ number: Int) -> ReservedRecord {
    let call = AuditedCall(operation: "Messages/Get", subject: "message:\(number)", origin: "unix")
    return ReservedRecord(call, outcome: "OK", at: Timestamp(milliseconds: Int64(number)))
  }

  private func withReserve(_ body: (String) throws -> Void) throws {
    let folder = try StoredWard.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/audit.reserve")
  }

  @Test("keeps records through a restart, and gives out those that are not in the audit")
  func restart() throws {
    try withReserve { path in
      let reserve = try AuditReserve(path: path, bytes: 65_536)
      try reserve.keep([record(1), record(2)], after: 40)
      // Where the audit is by now does not matter any more.
      try reserve.keep([record(3)], after: 41)
      let again = try AuditReserve(path: path, bytes: 65_536)
      #expect(again.waitingCount == 3)
      #expect(Array(again.due(after: 40, atMost: 2)) == [record(1), record(2)])
      #expect(Array(again.due(after: 41, atMost: 9)) == [record(2), record(3)])
      #expect(again.due(after: 43, atMost: 9).isEmpty)
      again.clear()
      #expect(try AuditReserve(path: path, bytes: 65_536).waitingCount == 0)
    }
  }

  @Test("a file that was cut or changed anywhere gives the records before, and never others")
  func damage() throws {
    try withReserve { path in
      let reserve = try AuditReserve(path: path, bytes: 4096)
      // What an earlier use has left behind the present one.
      try reserve.keep((0..<9).map(record), after: 7)
      reserve.clear()
      let kept = (1...3).map(record)
      try reserve.keep(kept, after: 70)
      let whole = try Data(contentsOf: URL(filePath: path))
      for index in 0..<700 {
        for damaged in [whole.prefix(index), flipped(whole, index)] {
          try Data(damaged).write(to: URL(filePath: path))
          let file = try ReserveFile(path)
          let found = try file.read().records
          #expect(found == Array(kept.prefix(found.count)))
        }
      }
    }
  }

  private func flipped(_ data: Data, _ index: Int) -> Data {
    var data = data
    data[data.startIndex + index] ^= 0x10
    return data
  }

  @Test("has its size from the start, and refuses what does not fit")
  func full() throws {
    try withReserve { path in
      let reserve = try AuditReserve(path: path, bytes: 4096)
      let size = try #require(
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      )
      #expect(size == 4096)
      var count = 0
      while (try? reserve.keep([record(count)], after: 0)) != nil { count += 1 }
      #expect(count > 10)
      #expect(reserve.waitingCount == count)
      #expect(try ReserveFile(path).size == 4096)
      #expect(throws: AuditReserve.Full.self) { try AuditReserve().keep([record(1)], after: 0) }
    }
  }

  @Test(
    "when it is full too, reads fail; what it holds is in the audit later, once, restart or not"
  )
  func beyond() async throws {
    let ward = try await StoredWard()
    let disk = try FaultDisk(folder: ward.folder)
    let repository = try ward.open(auditReserveBytes: 2048)
    disk.plan(.growth, 1...Int64.max, .full)
    var answered = 0
    do {
      while true {
        let call = AuditedCall(operation: "Users/Get", subject: "user:\(answered)", origin: "unix")
        try await repository.record(AuditEntry(call), at: Timestamp(milliseconds: 1))
        answered += 1
      }
    } catch {
      #expect(error as? ChatError == .resourceExhausted)
    }
    #expect(answered > 0)
    #expect(repository.reservedAuditRecords > 0)
    // The server goes down with the disk full, and comes back with the disk full.
    await repository.close()
    let again = try ward.open()
    #expect(again.reservedAuditRecords > 0)
    disk.heal()
    let last = AuditedCall(operation: "Users/Get", subject: "user:\(answered)", origin: "unix")
    try await again.record(AuditEntry(last), at: Timestamp(milliseconds: 1))
    let subjects = try await again.pool.read { db in
      try db.all("SELECT subject FROM audit ORDER BY record_index", []) { try $0.string() }
    }
    #expect(subjects == (0...answered).map { "user:\($0)" })
    #expect(try AuditVerifier(folder: ward.folder).verify().fault == nil)
    await again.close()
  }
}
