import NIOCore
import RPC
import TTRPC
import Testing

private struct Secret: Error, CustomStringConvertible {
  var description: String { "patient Amara, token abc" }
}

private func thrower(_ error: any Error) -> [ServerMethod] {
  [
    .unary("Inline", .inline { _, _ in throw error }),
    .unary("Deferred", .deferred { _, _, _ in throw error }),
    .unary("Failing", .deferred { _, _, reply in reply.fail(error) }),
    .unary("Async", .async { _, _ in throw error }),
    .unary(
      "Suspended",
      .async { _, _ in
        await Task.yield()
        throw error
      }
    ),
    .stream("Stream", .async { _, _, _ in throw error }),
    .stream("Deferred stream", .deferred { _, _, _ in throw error }),
    .stream("Failing stream", .deferred { _, _, stream in stream.fail(error) }),
    .stream(
      "Late",
      .async { _, _, writer in
        try await writer.write("first")
        throw error
      }
    ),
  ]
}

@Suite("Handlers that fail")
struct FailureTests {
  private func errors(of error: any Error) async throws -> [RPCError] {
    let methods = thrower(error)
    return try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      var errors: [RPCError] = []
      for method in methods.map(\.descriptor) {
        let error = await #expect(throws: RPCError.self, "\(method)") {
          if method.kind == .unary {
            _ = try await client.call(method.name)
          } else {
            for try await _ in try await client.stream(method.name) {}
          }
        }
        errors += error.map { [$0] } ?? []
      }
      await client.close()
      return errors
    }
  }

  @Test("an error without a status is INTERNAL, and nothing of its text leaves the server")
  func secret() async throws {
    let errors = try await errors(of: Secret())
    #expect(errors.count == 9)
    for error in errors {
      #expect(error.code == .internal)
      #expect(!error.message.contains("Amara") && !error.message.contains("Secret"))
    }
  }

  @Test("a status reaches the caller as it is, with tabs, line ends and all of Unicode")
  func status() async throws {
    let thrown = RPCError(
      .failedPrecondition,
      "\t\ntest with whitespace\r\nand Unicode BMP ☺ and 😈\t\n"
    )
    for error in try await errors(of: thrown) { #expect(error == thrown) }
  }

  @Test("a message with U+0000 does not cut the answer short or break the connection")
  func nul() async throws {
    for error in try await errors(of: RPCError(.aborted, "a\0b")) {
      #expect(error.code == .aborted)
    }
  }

  @Test("a code without a name and CancellationError are passed on")
  func codes() async throws {
    for error in try await errors(of: RPCError(StatusCode(rawValue: 99), "x")) {
      #expect(error.code.rawValue == 99)
    }
    for error in try await errors(of: CancellationError()) { #expect(error.code == .cancelled) }
  }

  @Test("a reply is used once: what comes later changes nothing")
  func once() async throws {
    let methods: [ServerMethod] = [
      .unary(
        "Twice",
        .deferred { _, _, reply in
          reply.succeed("first")
          reply.succeed("second")
          reply.fail(Secret())
        }
      ),
      .unary(
        "Then throws",
        .deferred { _, _, reply in
          reply.succeed("first")
          throw Secret()
        }
      ),
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      for way in ["Twice", "Then throws", "Twice"] {
        #expect(try await client.call(way).text == "first")
      }
      await client.close()
    }
  }
}
