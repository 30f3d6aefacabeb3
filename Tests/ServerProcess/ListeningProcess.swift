public import Foundation

/// A server program that says `listening on ADDRESS` once it does.
public final class ListeningProcess: Sendable {
  /// The program ended before it listened.
  public struct DidNotListen: Error, CustomStringConvertible {
    let program: String
    let output: String
    public var description: String { "\(program) does not listen; it said: \(output)" }
  }

  /// As the program said it.
  public let address: String
  private let process: ChildProcess

  /// The number of the process.
  public var pid: Int32 { process.pid }

  /// Starts the program and returns when it listens.
  ///
  /// - Throws: `DidNotListen`, or when it cannot be started.
  public init(_ executable: URL, _ arguments: [String]) async throws {
    process = try await ChildProcess(executable, arguments)
    let said = await process.wait { Self.address(in: $0.output) != nil }
    guard said.exitCode == nil, let address = Self.address(in: said.output) else {
      throw DidNotListen(program: executable.lastPathComponent, output: said.output)
    }
    self.address = address
  }

  deinit {
    process.send(SIGKILL)
  }

  /// Returns the exit code once the program has ended by itself.
  public func waitForExit() async -> Int32 {
    await process.waitForExit()
  }

  /// Ends the process at once, and returns when it is gone.
  public func killAtOnce() async {
    process.send(SIGKILL)
    _ = await process.waitForExit()
  }

  /// The address in a whole line that says where the program listens.
  private static func address(in output: String) -> String? {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let prefix = "listening on "
    return lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }
}
