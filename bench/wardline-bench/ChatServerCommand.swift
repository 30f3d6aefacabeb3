import ArgumentParser
import ChatModel
import ChatRepository
import ChatService
@preconcurrency import Foundation
import Logging
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import SQLiteRepository
import TTRPC
import WardlineRPC

/// The whole chat on one loop and a temporary folder, with names for tokens.
struct ChatServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat-server",
    abstract: "Serve the chat from a temporary folder until killed."
  )

  static let sender = "amara"
  static let recipient = "dr-lindqvist"

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "wardline-bench-\(UUID().uuidString)")
    let cleanUp = { try? FileManager.default.removeItem(at: folder) }
    defer { _ = cleanUp() }
    let hub = EventHub()
    let repository = try SQLiteRepository(SQLiteConfiguration(folder: folder.path)) {
      hub.committed($0)
    }
    for (name, role) in [(Self.sender, Role.patient), (Self.recipient, .dietitian)] {
      guard let id = UserID(name) else { continue }
      _ = try await repository.write(
        PutUser(id: id, displayName: name, role: role),
        WriteContext(actor: id, now: Self.now())
      )
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: NamesAsTokens(),
      time: EventLoopTimekeeper(group.next()),
      now: Self.now
    )
    let services = WardlineServices(chat, on: group, now: Self.now)
    let metrics = PrometheusRegistry()
    let counting = MetricsInterceptor(services.methods, metrics: metrics)
    let server = try Server(
      methods: services.methods,
      interceptors: [counting] + services.interceptors,
      metrics: metrics,
      on: group,
      logger: Logger(label: "chat")
    )
    print(try await server.listen(on: .tcp(host: "127.0.0.1", port: 0)))
    fflush(nil)
    await Termination.signal()
    await server.shutdown()
    await repository.close()
  }

  private static let now: @Sendable () -> Timestamp = {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}

/// Signatures are not what is measured here.
private struct NamesAsTokens: TokenVerifying {
  func verify(_ token: String) throws(AuthenticationError) -> Principal {
    guard let id = UserID(token) else { throw AuthenticationError("not a name") }
    let role: Role = token == ChatServerCommand.sender ? .patient : .dietitian
    return Principal(
      userID: id,
      role: role,
      displayName: token,
      expiresAt: Timestamp(milliseconds: .max)
    )
  }
}
