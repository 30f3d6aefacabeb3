public import Foundation

/// A program that runs to its end while its output is collected.
public enum Command {
  public struct Result: Sendable {
    /// The exit code, or 128 and the signal that ended it.
    public let status: Int32
    public let standardOutput: String
  }

  /// Runs a program and returns when it has ended. What it says to standard error is passed on.
  ///
  /// - Throws: when it cannot be started.
  public static func run(_ executable: URL, _ arguments: [String]) async throws -> Result {
    let end = try await ChildProcess(executable, arguments).wait { _ in false }
    return Result(status: end.exitCode ?? -1, standardOutput: end.output)
  }
}
