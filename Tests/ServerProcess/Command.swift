public import Foundation

/// A program that runs to its end while its output is collected.
public enum Command {
  public struct Result: Sendable {
    /// The exit code, or 128 and the signal that ended it.
    public let status: Int32
    public let standardOutput: String
  }

  /// Runs a program and returns when it has ended. What it says to standard error is passed on,
  /// unless its surroundings say otherwise.
  ///
  /// - Throws: `NotStarted`.
  public static func run(
    _ executable: URL,
    _ arguments: [String],
    _ surroundings: ProcessSurroundings = ProcessSurroundings()
  ) async throws -> Result {
    let end = try await ChildProcess(executable, arguments, surroundings).wait { _ in false }
    return Result(status: end.exitCode ?? -1, standardOutput: end.output)
  }
}
