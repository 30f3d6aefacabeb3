import NIOCore
import NIOHTTP2
import NIOPosix
import RPC
import ServerEngine
import Synchronization
import Testing

@testable import GRPCTransport

@Suite("Streams whose reader is slow")
struct FlowTests {
  /// What the writer of a stream has sent, and how it has fared.
  private final class Writer: Sendable {
    let sent = Atomic(0)
    let waits = Atomic(0)
    private let closed = Atomic(false)

    var isClosed: Bool { closed.load(ordering: .acquiring) }
    func close() { closed.store(true, ordering: .releasing) }
    var sentBytes: Int { sent.load(ordering: .acquiring) }
  }

  private static let message = ByteBuffer(repeating: 0x61, count: 1000)

  /// Writes for as long as there is credit, and again when it comes back.
  private static func patient(_ writer: Writer, count: Int) -> ServerMethod {
    .stream(
      "Patient",
      .deferred { _, _, stream in
        let left = Mutex(count)
        let write: @Sendable () -> Void = {
          while left.withLock({ $0 > 0 }) {
            left.withLock { $0 -= 1 }
            let credit = stream.send(encoded: message)
            writer.sent.add(message.readableBytes, ordering: .releasing)
            if credit == .available { continue }
            writer.waits.add(1, ordering: .relaxed)
            return
          }
          stream.finish()
        }
        stream.onCredit(write)
        write()
      }
    )
  }

  /// Writes whatever it is told.
  private static func careless(_ writer: Writer) -> ServerMethod {
    .stream(
      "Careless",
      .deferred { _, _, stream in
        while true {
          let credit = stream.send(encoded: message)
          if credit == .closed { break }
          writer.sent.add(message.readableBytes, ordering: .releasing)
        }
        writer.close()
      }
    )
  }

  /// What the server's one connection holds of messages that the peer has not granted room for.
  private func unsentBytes(_ test: GRPCServerUnderTest) async throws -> Int {
    let handlers = test.server.connections.open.compactMap(\.handler)
    let loop = test.group.next()
    return try await loop.submit { handlers.map { $0.value.unsentBytes }.reduce(0, +) }.get()
  }

  @Test("a reader that grants nothing holds up its writer, who has written little")
  func stopped() async throws {
    let writer = Writer()
    let count = 100_000
    try await GRPCServerUnderTest.with([Self.patient(writer, count: count)]) { test in
      let client = try await test.client(.init(streamWindow: 65_535, grants: false))
      let id = client.open("Patient")
      client.sendMessage("", on: id, isLast: true)
      try await eventually("the window is used up") {
        client.answer(id).bytes.readableBytes == 65_535
      }
      try await eventually("the writer waits") { writer.waits.load(ordering: .relaxed) > 0 }
      // The window, what may wait beside it, and no more: of a hundred megabytes.
      #expect(writer.sentBytes < 128 << 10)
      #expect(try await unsentBytes(test) < 64 << 10)
      // It goes on where it was, and nothing is lost.
      client.grant(Int(Int32.max) - 65_535, on: 0)
      client.grant(Int(Int32.max) - 65_535, on: id)
      let answer = try await client.end(of: id)
      #expect(answer.status == "0")
      #expect(answer.messages.count == count)
      #expect(try await unsentBytes(test) == 0)
    }
  }

  @Test("a hundred readers that have stopped do not hold up another one on their connection")
  func manyStopped() async throws {
    let writer = Writer()
    let methods = [
      Self.patient(writer, count: 1000), .unary("Echo", .inline { request, _ in request }),
    ]
    try await GRPCServerUnderTest.with(methods) { test in
      let client = try await test.client(.init(streamWindow: 100, grants: false))
      for _ in 0..<100 { client.sendMessage("", on: client.open("Patient"), isLast: true) }
      try await eventually("all writers wait") { writer.waits.load(ordering: .relaxed) >= 100 }
      #expect(try await unsentBytes(test) < 100 * (64 << 10))
      #expect(try await client.call("Echo", "hello").texts == ["hello"])
    }
  }

  @Test("a writer that does not wait is ended with RESOURCE_EXHAUSTED")
  func careless() async throws {
    let writer = Writer()
    try await GRPCServerUnderTest.with([Self.careless(writer)]) { test in
      let client = try await test.client(.init(streamWindow: 65_535, grants: false))
      let id = client.open("Careless")
      client.sendMessage("", on: id, isLast: true)
      let answer = try await client.end(of: id)
      #expect(writer.isClosed)
      #expect(writer.sentBytes < 1 << 20)
      // Cut within a message there can be no status behind it.
      #expect(answer.status == "8" || answer.reset == .enhanceYourCalm)
    }
  }

  @Test("a handler that does not read holds up its client, and takes everything in the end")
  func unread() async throws {
    let (reads, allowed) = AsyncStream.makeStream(of: Void.self)
    var configuration = GRPCConfiguration.patient
    configuration.streamWindow = 70_000
    let method = ServerMethod.clientStream(
      "Take",
      .async { requests, _ in
        for await _ in reads { break }
        var count = 0
        for try await request in requests { count += request.count }
        return Bytes(ByteBuffer(string: "\(count)"))
      }
    )
    try await GRPCServerUnderTest.with([method], configuration: configuration) { test in
      let client = try await test.client()
      let id = client.open("Take")
      for _ in 0..<200 { client.send(.message(Self.message), on: id) }
      client.send(ByteBuffer(), on: id, isLast: true)
      let handler = try #require(test.server.connections.open.first?.handler)
      try await eventually("the window is used up") {
        let held = try? test.group.next().submit { handler.value.heldBytes }.wait()
        return held ?? 0 > 60_000
      }
      #expect(client.now.granted[id] == nil)
      allowed.yield()
      #expect(try await client.end(of: id).texts == ["200000"])
      let held = try await test.group.next().submit { handler.value.heldBytes }.get()
      #expect(held == 0)
    }
  }
}
