public import Foundation

/// A program that runs to its end while its output is collected.
public enum Command {
  public struct Result: Sendable {
    /// The exit code, or the signal that ended it.
    public let status: Int32
    public let standardOutput: String
  }

  /// Runs a program and returns when it has ended. What it says to standard error is passed on.
  ///
  /// - Throws: what the system says when it cannot be started.
  public static func run(_ executable: URL, _ arguments: [String]) async throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { ended in
      continuation.yield(ended.terminationStatus)
      continuation.finish()
    }
    let output = OutputText(pipe.fileHandleForReading)
    try process.run()
    var status: Int32 = -1
    for await end in ends { status = end }
    let text = await output.whole()
    return withExtendedLifetime(process) { Result(status: status, standardOutput: text) }
  }
}
