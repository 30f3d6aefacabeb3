import Foundation
import NIOPosix
import RPC
import ServerProcess
import TTRPC

/// The sample clinic's server, with everybody's tokens, on data that outlives the process.
struct Clinic {
  static let users = ["amara", "noah", "dr-lindqvist", "dr-haddad", "mei-tanaka"]

  /// Who talks with whom.
  static let pairs = [
    ("amara", "dr-lindqvist"), ("amara", "dr-haddad"), ("amara", "mei-tanaka"),
    ("noah", "dr-lindqvist"), ("noah", "dr-haddad"), ("dr-lindqvist", "dr-haddad"),
    ("dr-haddad", "mei-tanaka"), ("noah", "mei-tanaka"),
  ]

  let data: TemporaryFolder
  let tokens: [String: String]

  /// Starts the clinic's first server, which makes its key.
  static func open() async throws -> (Clinic, ServerProcess) {
    let data = try TemporaryFolder()
    let server = try await ServerProcess(data: data.url)
    var tokens: [String: String] = [:]
    for user in users { tokens[user] = try await ServerProcess.token(of: user, data: data.url) }
    return (Clinic(data: data, tokens: tokens), server)
  }

  func restart() async throws -> ServerProcess {
    try await ServerProcess(data: data.url)
  }

  /// A connection whose calls are those of a user.
  ///
  /// - Parameter port: of a network on the way, instead of the server's own.
  func connect(
    _ user: String,
    to server: ServerProcess,
    port: Int? = nil
  ) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: .tcp(host: server.host, port: port ?? server.port),
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: ["authorization": "Bearer \(tokens[user] ?? "")"]
    )
  }
}
