import NIOCore
import RPC
import TTRPC
import Testing

/// Decides by the metadata `admit`, and counts.
private final class Gatekeeper: ServerInterceptor {
  let name: String
  let admitted = Counter()
  let ended = Box<[StatusCode]>([])

  init(_ name: String = "admit") { self.name = name }

  func admit(_ context: inout ServerContext) -> Admission {
    admitted.add()
    let seen = Visitor("\((context.identity as? Visitor)?.subject ?? "")\(name)")
    switch context.metadata.first(name) {
    case "refuse": return .refuse(RPCError(.permissionDenied, "no"))
    case "wait":
      return .wait { context in
        await Task.yield()
        var context = context
        context.identity = seen
        return context
      }
    case "wait at once":
      return .wait { context in
        var context = context
        context.identity = seen
        return context
      }
    case "wait and refuse":
      return .wait { _ in
        await Task.yield()
        throw RPCError(.unauthenticated, "no")
      }
    case "wait for ever":
      return .wait { context in
        await untilCancelled()
        return context
      }
    default:
      context.identity = seen
      return .proceed
    }
  }

  func ended(_ context: ServerContext, status: StatusCode) {
    ended.change { $0.append(status) }
  }
}

private final class Visitor: CallerIdentity {
  let subject: String

  init(_ subject: String) { self.subject = subject }
}

@Suite("Interceptors")
struct InterceptorTests {
  private static let methods: [ServerMethod] = [
    .unary("Inline", .inline { _, context in answer(context) }),
    .unary("Deferred", .deferred { _, context, reply in reply.succeed(answer(context)) }),
    .unary(
      "Async",
      .async { _, context in
        await Task.yield()
        return answer(context)
      }
    ),
    .stream("Stream", .async { _, context, writer in try await writer.write(answer(context)) }),
    .stream(
      "Deferred stream",
      .deferred { _, context, stream in
        _ = stream.send(answer(context))
        stream.finish()
      }
    ),
  ]

  private static func answer(_ context: ServerContext) -> Bytes {
    Bytes(ByteBuffer(string: context.identity?.subject ?? "nobody"))
  }

  private func call(
    _ client: ClientConnection,
    _ method: MethodDescriptor,
    _ options: CallOptions
  )
    async throws -> String
  {
    if method.kind == .unary { return try await client.call(method.name, "", options).text }
    var text = ""
    for try await message in try await client.stream(method.name, "", options) {
      text += message.text
    }
    return text
  }

  @Test(
    "a call that is let in knows what the interceptors put into its context",
    arguments: ["", "wait", "wait at once"]
  )
  func letIn(how: String) async throws {
    let keepers = [Gatekeeper("a"), Gatekeeper("b"), Gatekeeper("c")]
    try await ServerUnderTest.with(Self.methods, interceptors: keepers) { test in
      let client = try await test.client(["b": how])
      for method in Self.methods.map(\.descriptor) {
        #expect(try await call(client, method, CallOptions()) == "abc", "\(method)")
      }
      for keeper in keepers {
        #expect(keeper.admitted.value == 5)
        try await eventually("all have ended") { keeper.ended.value.count == 5 }
        #expect(keeper.ended.value.allSatisfy { $0 == .ok })
      }
      await client.close()
    }
  }

  @Test(
    "a call that is refused never runs; those who were asked hear of its end, the others do not",
    arguments: ["refuse", "wait and refuse"]
  )
  func refused(how: String) async throws {
    let keepers = [Gatekeeper("a"), Gatekeeper("b"), Gatekeeper("c")]
    try await ServerUnderTest.with(Self.methods, interceptors: keepers) { test in
      let client = try await test.client(["b": how])
      let code: StatusCode = how == "refuse" ? .permissionDenied : .unauthenticated
      for method in Self.methods.map(\.descriptor) {
        let error = await #expect(throws: RPCError.self) {
          try await call(client, method, CallOptions())
        }
        #expect(error == RPCError(code, "no"))
      }
      try await eventually("all have ended") { keepers[1].ended.value.count == 5 }
      #expect(keepers[0].ended.value == Array(repeating: code, count: 5))
      #expect(keepers[1].ended.value == Array(repeating: code, count: 5))
      #expect(keepers[2].admitted.value == 0)
      #expect(keepers[2].ended.value == [])
      await client.close()
    }
  }

  @Test("a deadline ends the wait for an interceptor")
  func deadline() async throws {
    let keeper = Gatekeeper()
    try await ServerUnderTest.with(Self.methods, interceptors: [keeper]) { test in
      let peer = try await test.peer()
      let request = RequestBytes(
        method: "Async",
        timeoutNanoseconds: 5_000_000,
        metadata: [("admit", "wait for ever")]
      )
      try await peer.send(request.frame(1))
      #expect(try await peer.status(of: 1)?.code == .deadlineExceeded)
      #expect(keeper.ended.value == [.deadlineExceeded])
      try await peer.close()
    }
  }

  @Test("a handler behind an interceptor that decided without waiting is still cancelled")
  func cancelledAfterWait() async throws {
    let started = Counter()
    let cancelled = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { request, _ in
          started.add()
          await untilCancelled()
          cancelled.add()
          return request
        }
      )
    ]
    try await ServerUnderTest.with(methods, interceptors: [Gatekeeper()]) { test in
      for how in ["wait", "wait at once", ""] {
        let peer = try await test.peer()
        try await peer.send(RequestBytes(method: "Wait", metadata: [("admit", how)]).frame(1))
        let before = cancelled.value
        try await eventually("it runs") { started.value == before + 1 }
        try await peer.close()
        try await eventually("it was cancelled") { cancelled.value == before + 1 }
      }
    }
  }

  @Test("a closed connection is the end of its calls, with CANCELLED")
  func closed() async throws {
    let keeper = Gatekeeper()
    let methods: [ServerMethod] = [.unary("Keep", .deferred { _, _, reply in kept.set(reply) })]
    try await ServerUnderTest.with(methods, interceptors: [keeper]) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Keep").frame(1))
      try await eventually("it runs") { keeper.admitted.value == 1 }
      try await peer.close()
      try await eventually("it has ended") { keeper.ended.value == [.cancelled] }
      // Here, where the loops are still there.
      kept.value?.succeed("too late for anybody")
      kept.set(nil)
    }
    #expect(keeper.ended.value == [.cancelled])
  }
}

private let kept = Box<Reply<Bytes>?>(nil)
