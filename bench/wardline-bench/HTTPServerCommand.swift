import ArgumentParser
import ChatService
@preconcurrency import Foundation
import Hummingbird
import Logging
import NIOCore
import WardlineGateway

/// The REST face of the chat, and beside it, on the same loop, a handler of Hummingbird's that does
/// nothing: what is left between them is ours.
struct HTTPServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "http-server",
    abstract: "Serve the chat's routes and an empty one over HTTP until killed.",
    discussion: """
      Prints a line of JSON: where the two listen, and the conversation that has messages. \
      /called/NAME beside the empty handler answers the same, after a use case within the process.
      """
  )

  /// What is printed.
  private struct Start: Encodable {
    let chat: String
    let empty: String
    let conversation: String
  }

  @Flag(help: "Answer reads after their audit records are durable, as `wardline serve` does.")
  var strictReads = false

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "wardline-bench-\(UUID().uuidString)"
    )
    let cleanUp = { try? FileManager.default.removeItem(at: folder) }
    defer { _ = cleanUp() }
    let chat = try await ChatBench(
      folder: folder.path,
      auditReads: strictReads ? .strict : .relaxed
    )
    let useCases = try await RouteUseCases(chat)
    let gateway = try await GatewayServer.start(
      Gateway(GatewayFace(chat.calls), logger: Logger(label: "http")),
      host: "127.0.0.1",
      port: 0,
      group: chat.group
    )
    let start = Start(
      chat: "http://127.0.0.1:\(gateway.port ?? 0)",
      empty: "http://127.0.0.1:\(try await serveNothing(but: useCases, on: chat.group))",
      conversation: useCases.conversationID
    )
    print(String(decoding: try JSONEncoder().encode(start), as: UTF8.self))
    fflush(nil)
    await Termination.signal()
    await gateway.stop(grace: .seconds(1))
    await chat.stop()
  }

  private func serveNothing(
    but useCases: RouteUseCases,
    on group: any EventLoopGroup
  ) async throws -> Int {
    let nothing = Response(
      status: .ok,
      headers: [.contentType: "application/json; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: "{}"))
    )
    let router = Router()
    router.get("/empty") { _, _ in nothing }
    for (name, call) in useCases.all {
      router.get("/called/\(name)") { _, _ in
        try await call()
        return nothing
      }
    }
    let (ports, listening) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group),
      logger: Logger(label: "empty")
    )
    Task { try await application.run() }
    for await port in ports { return port }
    throw CancellationError()
  }
}
