import Foundation
import ServerProcess
import Testing

/// Who runs the interop cases, or serves them.
enum InteropPeer: String, Sendable {
  case ours = "Wardline"
  /// Written from the specification on Python's standard library.
  case python = "Python"
  /// Debian's golang-github-containerd-ttrpc-dev.
  case go = "Go ttrpc 1.1.1"
  /// Debian's librust-ttrpc-dev.
  case rust = "Rust ttrpc 0.5.2"

  /// Whether it knows more than unary calls.
  var hasStreams: Bool { self == .ours || self == .python }

  /// Starts its server on a port that the system chooses.
  func startServer(extensions: Bool) async throws -> ListeningProcess {
    let address = "127.0.0.1:0"
    let flags = extensions ? ["--extensions"] : []
    return switch self {
    // It agrees to the extensions with whoever asks.
    case .ours: try await ListeningProcess(ServerExecutable.url("interop-server"), [address])
    case .python:
      try await ListeningProcess(
        try await Python.required(),
        [Python.script("interop_server.py").path, address] + flags
      )
    case .go: try await ListeningProcess(BuiltPeer.go.executable(), ["server", address])
    case .rust: try await ListeningProcess(BuiltPeer.rust.executable(), ["server", address])
    }
  }

  /// Runs cases with its client.
  func run(
    _ cases: [String],
    at address: String,
    extensions: Bool,
    server: InteropPeer
  ) async throws -> Command.Result {
    let flags = extensions ? ["--extensions"] : []
    return switch self {
    case .ours:
      try await Command.run(
        ServerExecutable.url("interop-client"),
        [address] + flags + (server.hasStreams ? [] : ["--unary"]) + cases
      )
    case .python:
      try await Command.run(
        try await Python.required(),
        [Python.script("interop_client.py").path, address] + flags + cases
      )
    case .go: try await Command.run(BuiltPeer.go.executable(), ["client", address] + cases)
    case .rust: try await Command.run(BuiltPeer.rust.executable(), ["client", address] + cases)
    }
  }
}
