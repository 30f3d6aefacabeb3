import ArgumentParser
import ChatService
@preconcurrency import Foundation
import TTRPC

/// The whole chat in a folder, with names for tokens.
struct ChatServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat-server",
    abstract: "Serve the chat until killed."
  )

  @Option(help: "Where the data lies; without it, in a temporary folder.")
  var data: String?

  @Flag(help: "Answer reads before their audit records are durable.")
  var relaxedReads = false

  func run() async throws {
    let folder =
      data.map { URL(filePath: $0) }
      ?? FileManager.default.temporaryDirectory.appending(
        path: "wardline-bench-\(UUID().uuidString)"
      )
    let isTemporary = data == nil
    let cleanUp = { if isTemporary { try? FileManager.default.removeItem(at: folder) } }
    defer { cleanUp() }
    let chat = try await ChatBench(
      folder: folder.path,
      auditReads: relaxedReads ? .relaxed : .strict
    )
    print(try await chat.server.listen(on: .tcp(host: "127.0.0.1", port: 0)))
    fflush(nil)
    await Termination.signal()
    await chat.stop()
  }
}
