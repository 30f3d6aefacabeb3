import Foundation
import RPC
import SeededRandom
import TTRPC
import Testing
import WardlineAPI
import WardlineClient

@Suite("Messages on their way")
struct OutboxTests {
  private static let lost = RPCError(.unavailable, "lost")

  private func outbox(_ transport: ScriptedTransport, file: URL? = nil) throws -> Outbox {
    try Outbox(
      file: file,
      over: transport,
      delay: Backoff(initial: .seconds(1), maximum: .seconds(8), factor: 2, jitter: 0),
      clock: SkippingClock(never: .seconds(20)),
      generator: SeededGenerator(seed: 1)
    )
  }

  private func message(_ text: String, key: String = "") -> SendMessageRequest {
    SendMessageRequest(to: .conversationID("k"), content: text, idempotencyKey: key)
  }

  /// Runs the outbox until so many updates have come.
  private func updates(_ outbox: Outbox, _ count: Int) async throws -> [Outbox.Update] {
    let running = Task { try await outbox.run() }
    defer { running.cancel() }
    var updates: [Outbox.Update] = []
    for await update in outbox.updates {
      updates.append(update)
      if updates.count == count { break }
    }
    return updates
  }

  private func file() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString).json")
  }

  @Test("a message is sent with one key until it is answered, and those behind it wait")
  func order() async throws {
    let transport = ScriptedTransport([
      .error(Self.lost), .error(Self.lost), .send(messageID: "1"), .send(messageID: "2"),
    ])
    let outbox = try outbox(transport)
    let first = try await outbox.send(message("a"))
    let second = try await outbox.send(message("b", key: "mine"))
    #expect(second == "mine")
    #expect(first.count == 32)
    let updates = try await updates(outbox, 4)
    #expect(
      updates == [
        .delayed(key: first, Self.lost, retryAfter: .seconds(1)),
        .delayed(key: first, Self.lost, retryAfter: .seconds(2)),
        .sent(key: first, SendMessageResponse(messageID: "1")),
        .sent(key: second, SendMessageResponse(messageID: "2")),
      ]
    )
    #expect(transport.sends.map(\.idempotencyKey) == [first, first, first, second])
    #expect(await outbox.entries.isEmpty)
  }

  @Test("a message that the server does not take stays, and does not hold up the next")
  func refused() async throws {
    let refusal = RPCError(.invalidArgument, "too long")
    let transport = ScriptedTransport([
      .error(refusal), .send(messageID: "2"), .send(messageID: "1"),
    ])
    let outbox = try outbox(transport)
    let first = try await outbox.send(message("a"))
    try await outbox.send(message("b"))
    let before = try await updates(outbox, 2)
    #expect(before.first == .failed(key: first, refusal))
    #expect(await outbox.entries.map(\.state) == [.failed(refusal)])
    #expect(try await outbox.retry(first))
    #expect(try await !outbox.retry("another"))
    #expect(await outbox.entries.map(\.state) == [.waiting])
    #expect(try await outbox.discard(first))
    #expect(await outbox.entries.isEmpty)
  }

  @Test("what was not answered is there when the program starts again, with its key")
  func restart() async throws {
    let file = file()
    defer { try? FileManager.default.removeItem(at: file) }
    let refusal = RPCError(.notFound, "no such conversation")
    var outbox: Outbox? = try outbox(ScriptedTransport([.error(refusal)]), file: file)
    let failed = try await outbox?.send(message("a"))
    _ = try await updates(try #require(outbox), 1)
    let waiting = try await outbox?.send(message("b"))
    outbox = nil
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    let transport = ScriptedTransport([.send(messageID: "2")])
    let again = try self.outbox(transport, file: file)
    #expect(await again.entries.map(\.key) == [failed, waiting])
    #expect(await again.entries.map(\.state) == [.failed(refusal), .waiting])
    _ = try await updates(again, 1)
    #expect(transport.sends.map(\.content) == ["b"])
    #expect(transport.sends.first?.idempotencyKey == waiting)
    #expect(await again.entries.map(\.key) == [failed])
  }

  @Test("a caller who is not known any more is told, and nothing is lost")
  func unauthenticated() async throws {
    let outbox = try outbox(ScriptedTransport([.error(RPCError(.unauthenticated, "expired"))]))
    try await outbox.send(message("a"))
    let error = await #expect(throws: RPCError.self) { try await outbox.run() }
    #expect(error?.code == .unauthenticated)
    #expect(await outbox.entries.map(\.state) == [.waiting])
  }

  @Test("running ends when its task is cancelled, with nothing to do too")
  func cancelled() async throws {
    let outbox = try outbox(ScriptedTransport([]))
    let running = Task { try await outbox.run() }
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
  }
}
