import NIOCore
import RPC
import Synchronization
import TTRPC
import Testing

/// Contexts that a handler has kept.
private final class Kept: Sendable {
  let contexts = Mutex<[ServerContext]>([])

  func keep(_ context: ServerContext) {
    contexts.withLock { $0.append(context) }
  }
}

/// The connection that a handler has been called on, for as long as somebody holds it.
private final class Seen: Sendable {
  private struct Reference: Sendable {
    weak var connection: ConnectionContext?
  }

  private let reference = Mutex(Reference())

  func see(_ context: ServerContext) {
    reference.withLock { $0.connection = context.connection }
  }

  var isAlive: Bool { reference.withLock { $0.connection != nil } }
}

/// A method that listens to the end of its calls, as the engine lets streams do.
private struct EndingCall {
  let method: ServerMethod

  init(_ ended: Counter) {
    method = ServerMethod(
      .unary("End"),
      .deferred { _, _, call in
        call.onEnd { ended.add() }
        call.respond(with: Bytes())
      }
    )
  }
}

@Suite("What one call leaves to the next")
struct ReuseTests {
  @Test("a context that a handler keeps stays as it was", arguments: [true, false])
  func keptContext(inline: Bool) async throws {
    let kept = Kept()
    let other = ServerMethod.unary("Other", .inline { request, _ in request })
    let method =
      if inline {
        ServerMethod.unary(
          "Keep",
          .inline { request, context in
            kept.keep(context)
            return request
          }
        )
      } else {
        ServerMethod.unary(
          "Keep",
          .deferred { request, context, reply in
            kept.keep(context)
            reply.succeed(request)
          }
        )
      }
    try await ServerUnderTest.with([method, other]) { test in
      let client = try await test.client()
      for number in 0..<5 {
        let options = CallOptions(metadata: ["number": "\(number)"])
        _ = try await client.call("Keep", "", options)
        _ = try await client.call("Other", "")
      }
      await client.close()
    }
    let contexts = kept.contexts.withLock { $0 }
    #expect(contexts.map { $0.metadata.first("number") } == (0..<5).map { "\($0)" })
    #expect(contexts.allSatisfy { $0.method.name == "Keep" })
  }

  @Test("a call does not see the metadata of the one before")
  func forgets() async throws {
    let method = ServerMethod.unary(
      "Tell",
      .inline { _, context in Bytes(stringLiteral: context.metadata.first("who") ?? "nobody") }
    )
    try await ServerUnderTest.with([method]) { test in
      let client = try await test.client()
      let options = CallOptions(metadata: ["who": "somebody"])
      #expect(try await client.call("Tell", "", options).text == "somebody")
      #expect(try await client.call("Tell", "").text == "nobody")
      await client.close()
    }
  }

  @Test("a reply that was kept after it was used answers no later call")
  func keptReply() async throws {
    let kept = Box<[Reply<Bytes>]>([])
    let method = ServerMethod.unary(
      "Echo",
      .deferred { request, _, reply in
        for old in kept.value { old.succeed("stale") }
        kept.change { $0.append(reply) }
        reply.succeed(request)
      }
    )
    try await ServerUnderTest.with([method]) { test in
      let client = try await test.client()
      for number in 0..<20 {
        #expect(try await client.call("Echo", "\(number)").text == "\(number)")
      }
      await client.close()
    }
  }

  @Test("deferred calls may be answered at once, later and out of order on one connection")
  func mixed() async throws {
    let waiting = Box<[Reply<Bytes>]>([])
    let methods: [ServerMethod] = [
      .unary("Now", .deferred { request, _, reply in reply.succeed(request) }),
      .unary("Later", .deferred { _, _, reply in waiting.change { $0.append(reply) } }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<100 {
          group.addTask {
            let isLater = number % 3 == 0
            let answer = try await client.call(isLater ? "Later" : "Now", "\(number)").text
            return answer == (isLater ? "later" : "\(number)")
          }
        }
        try await eventually("a third waits") { waiting.value.count == 34 }
        for reply in waiting.value.reversed() { reply.succeed("later") }
        for try await isRight in group { #expect(isRight) }
      }
      await client.close()
    }
  }

  @Test("a call that is answered at once has ended for those who asked to be told")
  func endOfAnsweredCall() async throws {
    let ended = Counter()
    let call = EndingCall(ended)
    try await ServerUnderTest.with([call.method]) { test in
      let client = try await test.client()
      for _ in 0..<10 { _ = try await client.call("End") }
      #expect(ended.value == 10)
      await client.close()
    }
  }

  @Test("a connection that is gone leaves nothing behind, whatever was called", arguments: calls)
  func nothingLeft(call: String) async throws {
    let seen = Seen()
    let methods: [ServerMethod] = [
      .unary(
        "Inline",
        .inline { request, context in
          seen.see(context)
          return request
        }
      ),
      .unary(
        "Deferred",
        .deferred { request, context, reply in
          seen.see(context)
          reply.succeed(request)
        }
      ),
      .unary(
        "Failing",
        .deferred { _, context, _ in
          seen.see(context)
          throw RPCError(.aborted, "no")
        }
      ),
      .unary(
        "Async",
        .async { request, context in
          seen.see(context)
          return request
        }
      ),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      for _ in 0..<3 { _ = try? await client.call(call) }
      #expect(seen.isAlive)
      await client.close()
      try await eventually("the connection is forgotten") { !seen.isAlive }
    }
  }

  private static let calls = ["Inline", "Deferred", "Failing", "Async"]

  @Test("a call whose handler brings about the end of its connection ends with it")
  func endOfOwnConnection() async throws {
    let feeds = Box<[PushStream<Bytes>]>([])
    let kept = Box<[any ServerCall]>([])
    let ended = Counter()
    let message = ByteBuffer(repeating: 0, count: 300 << 10)
    let methods: [ServerMethod] = [
      .stream("Feed", .deferred { _, _, stream in feeds.change { $0.append(stream) } }),
      ServerMethod(
        .unary("Break"),
        .deferred { _, _, call in
          call.onEnd { ended.add() }
          kept.change { $0.append(call) }
          // The first fills the window, and the next is more than may wait for it.
          for feed in feeds.value { for _ in 0..<3 { _ = feed.send(encoded: message) } }
        }
      ),
    ]
    var configuration = ServerConfiguration.patient
    configuration.outboundBytesMax = 1_000
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let client = try await test.client(.extended)
      let feed = try await client.stream("Feed")
      try await eventually("the feed is open") { feeds.value.count == 1 }
      await #expect(throws: RPCError.self) { try await client.call("Break") }
      try await eventually("the call has ended") { ended.value == 1 }
      withExtendedLifetime(feed) {}
      feeds.set([])
      kept.set([])
      await client.close()
    }
  }

  @Test("a handler that runs after a cancelled one is not cancelled")
  func afterCancellation() async throws {
    let methods: [ServerMethod] = [
      .unary(
        "Hang",
        .async { request, _ in
          await untilCancelled()
          return request
        }
      ),
      .unary("Check", .async { _, _ in Task.isCancelled ? "cancelled" : "fine" }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      for _ in 0..<5 {
        let options = CallOptions(timeout: .milliseconds(10))
        await #expect(throws: RPCError.self) { try await client.call("Hang", "", options) }
        for _ in 0..<3 { #expect(try await client.call("Check", "").text == "fine") }
      }
      await client.close()
    }
  }
}
