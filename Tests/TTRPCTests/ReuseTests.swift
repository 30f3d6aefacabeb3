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
