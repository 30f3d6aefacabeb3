import MetricsTestKit
import RPC
import TTRPC
import Testing

@Suite("The interceptors that a client brings along")
struct BuiltInInterceptorTests {
  /// What a call carries after an interceptor, or why it was refused.
  private func started(
    _ interceptor: some ClientInterceptor,
    _ options: CallOptions = CallOptions(),
    kind: MethodKind = .unary
  ) async throws -> CallOptions {
    var context = ClientContext(method: .of(kind), options: options)
    switch interceptor.start(&context) {
    case .proceed: return context.options
    case .refuse(let error): throw error
    case .wait(let decide): return try await decide(context).options
    }
  }

  @Test("a token goes into the metadata, unless the call has one of its own")
  func token() async throws {
    let provided = TokenInterceptor { "fresh" }
    #expect(try await started(provided).metadata == ["authorization": "Bearer fresh"])
    #expect(
      try await started(TokenInterceptor("fixed")).metadata == ["authorization": "Bearer fixed"]
    )
    let own = CallOptions(metadata: ["Authorization": "Bearer own"])
    #expect(try await started(provided, own).metadata == own.metadata)
  }

  @Test("a token that is not to be had is UNAUTHENTICATED, and nobody learns why")
  func noToken() async throws {
    struct Secret: Error { let text = "hidden" }
    let error = await #expect(throws: RPCError.self) {
      try await started(TokenInterceptor { throw Secret() })
    }
    #expect(error?.code == .unauthenticated && error?.message.contains("hidden") == false)
    let own = RPCError(.unavailable, "the issuer is gone")
    await #expect(throws: own) { try await started(TokenInterceptor { throw own }) }
  }

  @Test(
    "a deadline is given to calls without one, and cut where it is too far",
    arguments: [
      (Duration?.none, MethodKind.unary, Duration?.some(.seconds(10))),
      (.none, .serverStreaming, .seconds(60)),
      (.none, .clientStreaming, .seconds(60)),
      (.none, .bidirectional, .seconds(60)),
      (.seconds(5), .unary, .seconds(5)),
      (.seconds(500), .unary, .seconds(100)),
      (.seconds(500), .bidirectional, .seconds(100)),
    ]
  )
  func deadlines(given: Duration?, kind: MethodKind, expected: Duration?) async throws {
    let interceptor = ClientDeadlineInterceptor(
      unary: .seconds(10),
      stream: .seconds(60),
      maximum: .seconds(100)
    )
    let options = try await started(interceptor, CallOptions(timeout: given), kind: kind)
    #expect(options.timeout == expected)
  }

  @Test("without values the deadline interceptor changes nothing")
  func noDeadlines() async throws {
    #expect(try await started(ClientDeadlineInterceptor()).timeout == nil)
    let long = CallOptions(timeout: .seconds(1_000_000))
    #expect(try await started(ClientDeadlineInterceptor(), long).timeout == long.timeout)
  }

  @Test("metadata is added before that of the call")
  func metadata() async throws {
    let interceptor = ClientMetadataInterceptor { ["method": $0.name] }
    let options = CallOptions(metadata: ["own": "1"])
    #expect(try await started(interceptor, options).metadata == ["method": "Do", "own": "1"])
    #expect(
      try await started(ClientMetadataInterceptor(Metadata()), options).metadata.entries.count == 1
    )
  }

  @Test("calls are counted by method and status, with their time and repetitions")
  func metrics() async throws {
    let metrics = TestMetrics()
    let test = ChannelUnderTest(interceptors: [ClientMetricsInterceptor(factory: metrics)])
    async let answer = test.unary(.idempotent)
    try await test.call(1).end(RPCError(.unavailable, "lost"))
    try await test.pass(.milliseconds(10))
    try await test.call(2).answer()
    _ = try await answer
    async let ending = status { _ = try await test.unary() }
    try await test.call(3).end(RPCError(.notFound, "no"))
    _ = await ending
    await test.channel.close()
    let method = ("method", "test.Notes/Do")
    func calls(_ code: String) throws -> [Int64] {
      try metrics.expectCounter("wardline_client_calls_total", [method, ("code", code)]).values
    }
    #expect(try calls("OK") == [1])
    #expect(try calls("NOT_FOUND") == [1])
    #expect(try metrics.expectCounter("wardline_client_retries_total", [method]).values == [1])
    let seconds = try metrics.expectTimer("wardline_client_call_seconds", [method])
    #expect(seconds.values == [10_000_000, 0])
  }
}
