import NIOCore
import ProbeAPI
import ProtobufC
import RPC
import Testing

/// Every method as a function that may wait.
private struct AsyncProbe: ProbeAsyncService {
  func echo(_ request: Scalars, context: ServerContext) async throws -> Scalars { request }

  func countUp(
    _ request: Empty,
    context: ServerContext,
    responses: StreamWriter<Presence>
  ) async throws {
    try await responses.write(Presence(count: 1))
  }

  func sumAll(
    _ requests: MessageStream<Scalars>,
    context: ServerContext
  ) async throws -> Scalars {
    var sum = Scalars()
    for try await request in requests { sum.anInt64 += request.anInt64 }
    return sum
  }

  func talk(
    _ requests: MessageStream<Choices>,
    context: ServerContext,
    responses: StreamWriter<Choices>
  ) async throws {
    for try await request in requests { try await responses.write(request) }
  }

  func whoAmI(_ request: Empty, context: ServerContext) async throws -> HTTPServer2Info {
    HTTPServer2Info(host: "here")
  }
}

/// Each method in the way that suits it.
private struct MixedProbe: ProbeService {
  var echo: UnaryHandler<Scalars, Scalars> { .inline { request, _ in request } }
  var countUp: ServerStreamHandler<Empty, Presence> {
    .deferred { _, _, stream in stream.finish() }
  }
  var sumAll: ClientStreamHandler<Scalars, Scalars> { .async { _, _ in Scalars() } }
  var talk: BidirectionalHandler<Choices, Choices> { .async { _, _, _ in } }
  var whoAmI: UnaryHandler<Empty, HTTPServer2Info> {
    .deferred { _, _, reply in reply.succeed(HTTPServer2Info()) }
  }
}

/// Answers a call with what it was called with.
private struct RecordingTransport: ClientTransport {
  func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: RPC.MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    guard method.kind == .unary, let output = request as? Output else {
      throw RPCError(.unimplemented, method.fullName)
    }
    return output
  }

  func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: RPC.MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    throw RPCError(.unimplemented, method.fullName)
  }

  func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: RPC.MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    throw RPCError(.unimplemented, method.fullName)
  }

  func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: RPC.MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    throw RPCError(.unimplemented, method.fullName)
  }
}

@Suite("Generated services")
struct ServiceTests {
  @Test("the method table names every method in order, with its kind")
  func methodTable() {
    for methods in [AsyncProbe().methods, MixedProbe().methods] {
      #expect(
        methods.map(\.descriptor.fullName) == [
          "probe.lab.v2.ProbeService/Echo", "probe.lab.v2.ProbeService/CountUp",
          "probe.lab.v2.ProbeService/SumAll", "probe.lab.v2.ProbeService/Talk",
          "probe.lab.v2.ProbeService/WhoAmI",
        ]
      )
      #expect(
        methods.map(\.descriptor.kind) == [
          .unary, .serverStreaming, .clientStreaming, .bidirectional, .unary,
        ]
      )
    }
  }

  @Test("a method is invoked in the way it was written")
  func invocations() {
    func names(_ methods: [ServerMethod]) -> [String] {
      methods.map { method in
        switch method.invocation {
        case .inline: "inline"
        case .deferred: "deferred"
        case .async: "async"
        case .streaming: "streaming"
        }
      }
    }
    #expect(names(AsyncProbe().methods) == ["async", "async", "streaming", "streaming", "async"])
    #expect(
      names(MixedProbe().methods) == ["inline", "deferred", "streaming", "streaming", "deferred"]
    )
  }

  @Test("signatures carry the types of the messages")
  func signatures() {
    #expect(
      ProbeMethods.signatures.map(\.input.name) == [
        "probe.lab.v2.Scalars", "probe.lab.v2.Empty", "probe.lab.v2.Scalars",
        "probe.lab.v2.Choices", "probe.lab.v2.Empty",
      ]
    )
    #expect(SecondMethods.signatures.map(\.output.name).first == "probe.lab.v2.Type")
    #expect(
      SecondMethods.signatures.map(\.method.name) == ["Get", "Inline", "Default", "Delete"]
    )
  }

  @Test("a method says what its .proto says of calling it twice")
  func idempotency() {
    #expect(
      ProbeMethods.signatures.map(\.method.idempotency) == [
        .idempotent, .noSideEffects, .none, .none, .none,
      ]
    )
  }

  @Test("a message that has an idempotency key is repeatable only with one")
  func repeatable() {
    #expect(Keyed(text: "x", idempotencyKey: "k").isRepeatable)
    #expect(!Keyed(text: "x").isRepeatable)
    #expect(Scalars().isRepeatable)
  }

  @Test("a client calls each method by its name and kind")
  func client() async throws {
    let client = ProbeClient(RecordingTransport())
    #expect(try await client.echo(Scalars(aString: "x")) == Scalars(aString: "x"))
    let error = await #expect(throws: RPCError.self) { try await client.countUp(Empty()) }
    #expect(error?.message == "probe.lab.v2.ProbeService/CountUp")
    await #expect(throws: RPCError.self) {
      try await client.sumAll { try await $0.write(Scalars()) }
    }
    await #expect(throws: RPCError.self) {
      try await client.talk { try await $0.write(Choices()) }
    }
  }
}
