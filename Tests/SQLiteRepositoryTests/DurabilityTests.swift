import ChatModel
import ChatRepository
import Foundation
import SQLiteRepository
import Testing

@Suite("Durability")
struct DurabilityTests {
  private let folder = TemporaryFolder()

  @Test(
    "every answer follows a sync of the write-ahead log",
    .enabled(if: SystemCallTrace.isUsable, "needs strace and the right to trace")
  )
  func syncs() async throws {
    let repository = try SQLiteRepository(folder.configuration)
    let ids = try ["a", "b"].map { try #require(UserID($0)) }
    let now = Timestamp(milliseconds: 0)
    for id in ids {
      _ = try await repository.putUser(
        PutUser(id: id, displayName: "Somebody", role: .nurse, now: now)
      )
    }
    let trace = try await SystemCallTrace.start(writingTo: folder.path + "/trace")
    // One after the other, so each is a group of its own.
    for number in 0..<20 {
      _ = try await repository.append(
        AppendMessage(
          sender: ids[0],
          destination: .direct(ids[1]),
          content: "\(number)",
          now: now
        )
      )
    }
    let lines = try trace.stop()
    let syncs = lines.filter {
      $0.contains("sync(") && $0.contains(folder.path + "/wardline.sqlite-wal")
    }
    #expect(syncs.count >= 20)
    await repository.close()
  }
}

/// Watches the sync calls of this very process by strace.
private struct SystemCallTrace {
  private let process: Process
  private let output: String

  static let isUsable: Bool = {
    let probe = strace(["-o", "/dev/null", "true"])
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()

  /// Returns when the trace has begun.
  static func start(writingTo output: String) async throws -> SystemCallTrace {
    let process = strace([
      "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", output, "-p",
      "\(ProcessInfo.processInfo.processIdentifier)",
    ])
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    // strace says so when it has attached; until then `availableData` waits.
    var text = ""
    while !text.contains("attached") {
      let data = errors.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    try #require(text.contains("attached"))
    return SystemCallTrace(process: process, output: output)
  }

  func stop() throws -> [Substring] {
    process.interrupt()
    process.waitUntilExit()
    let data = try Data(contentsOf: URL(fileURLWithPath: output))
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  private static func strace(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["strace"] + arguments
    process.standardError = FileHandle.nullDevice
    return process
  }
}
