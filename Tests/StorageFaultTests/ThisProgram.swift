import Foundation
import ServerProcess

/// These tests once more, in a process of their own that may come to harm.
enum ThisProgram {
  /// Whether a program can be run here, and ends well.
  static func canRun(_ command: [String]) async throws -> Bool {
    var surroundings = ProcessSurroundings()
    surroundings.errors = .withOutput
    let result = try? await Command.run(URL(filePath: "/usr/bin/env"), command, surroundings)
    return result?.status == 0
  }

  /// Runs one test, and returns the exit code, or 128 and the signal that ended it.
  ///
  /// - Parameter prefix: a program, with its arguments, that starts the tests.
  static func run(
    _ filter: String,
    _ environment: [String: String],
    through prefix: [String] = []
  ) async throws -> Int32 {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var surroundings = ProcessSurroundings()
    surroundings.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    surroundings.errors = .withOutput
    let result = try await Command.run(
      URL(filePath: "/usr/bin/env"),
      prefix + [program, "--filter", filter, "--testing-library", "swift-testing"],
      surroundings
    )
    // Of what was to fail, nobody wants to read.
    if result.status != 0, result.status != 128 + SIGKILL { print(result.standardOutput) }
    return result.status
  }
}
