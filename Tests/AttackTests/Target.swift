import Foundation
import NIOPosix
import RPC
import ServerProcess
import TTRPC
import WardlineAPI

/// The built server, alone for one attack, and a good client that wants to be served meanwhile.
struct Target {
  let server: ServerProcess
  let token: String
  private let data: TemporaryFolder
  /// On a connection of its own.
  let bystander: ClientConnection

  var facts: ProcessFacts { ProcessFacts(pid: server.pid) }

  static func open(_ arguments: [String] = []) async throws -> Target {
    let data = try TemporaryFolder()
    let server = try await ServerProcess(data: data.url, arguments: arguments)
    let token = try await ServerProcess.token(of: "amara", data: data.url)
    let bystander = try await connect(to: server, token)
    // What the first calls and connections allocate is no one's attack.
    for _ in 0..<200 { _ = try await SessionClient(bystander).whoAmI(WhoAmIRequest()) }
    return Target(server: server, token: token, data: data, bystander: bystander)
  }

  private static func connect(
    to server: ServerProcess,
    _ token: String
  ) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: .tcp(host: server.host, port: server.port),
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: ["authorization": "Bearer \(token)"]
    )
  }

  /// Another connection of a user.
  func connect(_ user: String = "amara") async throws -> ClientConnection {
    try await Self.connect(
      to: server,
      user == "amara" ? token : try await ServerProcess.token(of: user, data: data.url)
    )
  }

  func token(of user: String) async throws -> String {
    try await ServerProcess.token(of: user, data: data.url)
  }

  func peer(receiveBuffer: Int? = nil) async throws -> AttackPeer {
    try await AttackPeer(to: server.port, host: server.host, receiveBuffer: receiveBuffer)
  }

  /// Calls that the good client makes; each must be answered.
  func serveBystander(_ calls: Int = 1) async throws {
    for _ in 0..<calls { _ = try await SessionClient(bystander).whoAmI(WhoAmIRequest()) }
  }

  /// Ends the server as an operator would.
  func close() async -> Int32 {
    await bystander.close()
    return await server.stop()
  }
}
