public import Foundation

/// A running `wardline serve` with a folder of data, listening on a port that the system chose.
public final class ServerProcess: Sendable {
  /// The server ended before it listened, or said something else than where it listens.
  public struct DidNotListen: Error, CustomStringConvertible {
    let output: String
    public var description: String { "the server does not listen; it said: \(output)" }
  }

  public let host = "127.0.0.1"
  public let port: Int
  /// The number of the process.
  public let pid: Int32
  /// From the start of the process until it said that it listens.
  public let startTime: Duration

  private let process: Process
  private let ends: AsyncStream<Void>

  /// Starts a development server and returns when it listens.
  ///
  /// - Throws: `ServerExecutable.Missing`, `DidNotListen`, or what the system says.
  public init(data: URL, arguments: [String] = []) async throws {
    process = Process()
    process.executableURL = try ServerExecutable.url()
    process.arguments =
      ["serve", "--dev", "--data", data.path, "--listen", "\(host):0"] + arguments
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    self.ends = ends
    process.terminationHandler = { _ in continuation.finish() }
    let output = OutputText(pipe.fileHandleForReading)
    let clock = ContinuousClock()
    let start = clock.now
    try process.run()
    let (said, line) = await output.untilLine(with: "listening on \(host):")
    startTime = clock.now - start
    pid = process.processIdentifier
    guard let line, let port = Self.port(in: line, after: "listening on \(host):") else {
      process.terminate()
      throw DidNotListen(output: said)
    }
    self.port = port
  }

  deinit {
    if process.isRunning { Self.kill(pid) }
  }

  /// Ends the process as a power failure would end it, except that the system lives on: SIGKILL.
  /// Returns when it is gone.
  public func killAtOnce() async {
    Self.kill(pid)
    for await _ in ends {}
  }

  /// Asks the process to end, with SIGTERM, and returns its exit code.
  public func stop() async -> Int32 {
    process.terminate()
    for await _ in ends {}
    return process.terminationStatus
  }

  /// Whether the process is there.
  public var isRunning: Bool { process.isRunning }

  private static func kill(_ pid: Int32) {
    Foundation.kill(pid, SIGKILL)
  }

  private static func port(in line: String, after prefix: String) -> Int? {
    guard let range = line.range(of: prefix) else { return nil }
    return Int(line[range.upperBound...].prefix { $0.isNumber })
  }

  /// The token of a user of the sample clinic.
  ///
  /// - Throws: what the system says, or `NoToken`.
  public static func token(of user: String, data: URL) async throws -> String {
    let result = try await Command.run(
      ServerExecutable.url(),
      ["token", user, "--data", data.path]
    )
    let token = result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    guard result.status == 0, !token.isEmpty, !token.contains(" ") else {
      throw NoToken(user: user)
    }
    return token
  }

  public struct NoToken: Error, CustomStringConvertible {
    let user: String
    public var description: String { "wardline token \(user) printed no token" }
  }
}
