import ChatModel
import ChatRepository
import Foundation
import SQLiteRepository
import ServerProcess
import Testing

@Suite("Durability")
struct DurabilityTests {
  private static let variable = "WARDLINE_TRACED_FOLDER"
  private static let tracedFolder = ProcessInfo.processInfo.environment[variable]

  @Test(
    "every answer costs a sync of the write-ahead log",
    .enabled("needs strace") {
      guard tracedFolder == nil else { return false }
      return await SystemCallTrace.isUsable()
    }
  )
  func syncs() async throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    let lines = try await SystemCallTrace.ofThisProgram(
      filter: "DurabilityTests/tracedSends",
      environment: [Self.variable: folder.path],
      output: folder.path + "/trace"
    )
    let log = folder.path + "/data/wardline.sqlite-wal"
    #expect(lines.count { $0.contains("sync(") && $0.contains(log) } >= 20)
  }

  @Test("20 sends, one after the other, for the trace", .enabled(if: tracedFolder != nil))
  func tracedSends() async throws {
    let folder = try #require(Self.tracedFolder)
    let repository = try SQLiteRepository(SQLiteConfiguration(folder: folder + "/data"))
    let ids = try ["a", "b"].map { try #require(UserID($0)) }
    let now = Timestamp(milliseconds: 0)
    for id in ids {
      _ = try await repository.write(
        PutUser(id: id, displayName: "Somebody", role: .nurse),
        WriteContext(actor: id, now: now)
      )
    }
    for number in 0..<20 {
      _ = try await repository.write(
        AppendMessage(destination: .direct(ids[1]), content: "\(number)"),
        WriteContext(actor: ids[0], now: now)
      )
    }
    await repository.close()
  }
}

/// Runs a test of this program in a process of its own, under strace.
private enum SystemCallTrace {
  static func isUsable() async -> Bool {
    let probe = try? await run(["-o", "/dev/null", "true"], [:])
    return probe?.status == 0
  }

  /// The sync calls that the test makes, each with the path of its file.
  static func ofThisProgram(
    filter: String,
    environment: [String: String],
    output: String
  ) async throws -> [Substring] {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let arguments = [
      "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", output, program, "--filter", filter,
      "--testing-library", "swift-testing",
    ]
    let result = try await run(arguments, environment)
    #expect(result.status == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: output))
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  private static func run(
    _ arguments: [String],
    _ environment: [String: String]
  ) async throws -> Command.Result {
    var surroundings = ProcessSurroundings()
    surroundings.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    surroundings.errors = .withOutput
    return try await Command.run(
      URL(filePath: "/usr/bin/env"),
      ["strace"] + arguments,
      surroundings
    )
  }
}
