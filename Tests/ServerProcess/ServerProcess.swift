public import Foundation

/// A running `wardline serve` with a folder of data, listening on a port that the system chose.
public final class ServerProcess: Sendable {
  /// The server ended before it listened, or said something else than where it listens.
  public struct DidNotListen: Error, CustomStringConvertible {
    let output: String
    public var description: String { "the server does not listen; it said: \(output)" }
  }

  /// `wardline token` printed none.
  public struct NoToken: Error, CustomStringConvertible {
    let user: String
    public var description: String { "wardline token \(user) printed no token" }
  }

  public let host = "127.0.0.1"
  public let port: Int
  /// Where gRPC is spoken, if it is.
  public let grpcPort: Int?
  /// Where HTTP is spoken, if it is.
  public let httpPort: Int?
  /// From the start of the process until it said that it listens.
  public let startTime: Duration
  private let process: ChildProcess

  /// The number of the process.
  public var pid: Int32 { process.pid }
  /// Whether the process is there.
  public var isRunning: Bool { process.isRunning }

  /// Starts a development server and returns when it listens.
  ///
  /// - Parameter descriptorsMax: how many files and sockets it may have open; nil for as many as the
  ///   tests themselves.
  /// - Throws: `ServerExecutable.Missing`, `DidNotListen`, or when it cannot be started.
  public init(data: URL, arguments: [String] = [], descriptorsMax: Int? = nil) async throws {
    let start = ContinuousClock.now
    let serve = ["serve", "--dev", "--data", data.path, "--listen", "\(host):0"] + arguments
    let executable = try ServerExecutable.url()
    if let descriptorsMax {
      let script = "ulimit -n \(descriptorsMax) && exec \"$0\" \"$@\""
      process = try await ChildProcess(
        URL(filePath: "/bin/sh"),
        ["-c", script, executable.path] + serve
      )
    } else {
      process = try await ChildProcess(executable, serve)
    }
    let said = await process.wait { Self.port(in: $0.output) != nil }
    // Not until now: busy tests may have kept this one waiting.
    startTime = said.lastOutput - start
    guard said.exitCode == nil, let port = Self.port(in: said.output) else {
      throw DidNotListen(output: said.output)
    }
    self.port = port
    httpPort = Self.port(in: said.output, behind: "HTTP on http://127.0.0.1:")
    grpcPort =
      Self.port(in: said.output, behind: "gRPC on 127.0.0.1:")
      ?? Self.port(in: said.output, behind: "gRPC on tls://127.0.0.1:")
  }

  deinit {
    process.send(SIGKILL)
  }

  /// Ends the process as a power failure would end it, except that the system lives on: SIGKILL.
  /// Returns when it is gone.
  public func killAtOnce() async {
    process.send(SIGKILL)
    _ = await process.waitForExit()
  }

  /// Asks the process to end, with SIGTERM, and returns its exit code.
  public func stop() async -> Int32 {
    process.send(SIGTERM)
    return await process.waitForExit()
  }

  /// The port in a whole line that says where the server listens.
  private static func port(
    in output: String,
    behind prefix: String = "listening on 127.0.0.1:"
  ) -> Int? {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    for line in lines {
      guard let range = line.range(of: prefix) else { continue }
      return Int(line[range.upperBound...].prefix { $0.isNumber })
    }
    return nil
  }

  /// The token of a user of the sample clinic.
  ///
  /// - Throws: `NoToken`, or when the command cannot be started.
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
}
