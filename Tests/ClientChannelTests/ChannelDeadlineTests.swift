import RPC
import TTRPC
import Testing

@Suite("Deadlines and cancellation of a channel's calls")
struct ChannelDeadlineTests {
  private static let lost = RPCError(.unavailable, "lost")

  @Test("the deadline holds over the wait for a connection")
  func waiting() async throws {
    let test = ChannelUnderTest()
    test.fail(with: Self.lost)
    _ = await status { _ = try await test.unary() }
    let options = CallOptions(timeout: .milliseconds(700), waitForReady: true)
    async let ending = status { _ = try await test.unary(.none, "x", options) }
    try await test.pass(.milliseconds(700))
    #expect(await ending?.code == .deadlineExceeded)
    await test.channel.close()
  }

  @Test("an attempt gets what the attempts and waits before it have left")
  func remaining() async throws {
    let test = ChannelUnderTest()
    async let answer = test.unary(.idempotent, "x", CallOptions(timeout: .seconds(1)))
    let first = try await test.call(1)
    #expect(first.options.timeout == .seconds(1))
    test.clock.advance(by: .milliseconds(300))
    first.end(Self.lost)
    try await test.pass(.milliseconds(10))
    let second = try await test.call(2)
    #expect(second.options.timeout == .milliseconds(690))
    second.answer("x")
    #expect(try await answer == "x")
    await test.channel.close()
  }

  @Test("a wait that outlasts the deadline is not begun, and the caller learns what went wrong")
  func noUselessWait() async throws {
    let test = ChannelUnderTest()
    let options = CallOptions(timeout: .milliseconds(10))
    async let ending = status { _ = try await test.unary(.idempotent, "x", options) }
    try await test.call(1).end(Self.lost)
    #expect(await ending == Self.lost)
    await test.channel.close()
  }

  @Test("a deadline that has passed sends nothing", arguments: [Duration.zero, .seconds(-1)])
  func past(timeout: Duration) async throws {
    let test = ChannelUnderTest()
    let options = CallOptions(timeout: timeout)
    #expect(
      await status { _ = try await test.unary(.none, "x", options) }?.code == .deadlineExceeded
    )
    #expect(test.attempts == 0)
    await test.channel.close()
  }

  @Test("a timeout that no clock can hold is no error")
  func endless() async throws {
    let test = ChannelUnderTest()
    let options = CallOptions(timeout: .seconds(Int64.max), waitForReady: true)
    async let answer = test.unary(.none, "x", options)
    try await test.call(1).answer("x")
    #expect(try await answer == "x")
    await test.channel.close()
  }

  @Test("the deadline holds over the wait for metadata and for interceptors")
  func providers() async throws {
    let never: @Sendable () async -> Void = {
      for await _ in AsyncStream<Never>.makeStream().stream {}
    }
    let metadata = ChannelUnderTest {
      $0.freshMetadata = { _ in
        await never()
        return Metadata()
      }
    }
    let interceptor = ChannelUnderTest(
      interceptors: [
        TokenInterceptor {
          await never()
          return ""
        }
      ]
    )
    for test in [metadata, interceptor] {
      let options = CallOptions(timeout: .seconds(3))
      async let ending = status { _ = try await test.unary(.none, "x", options) }
      try await test.pass(.seconds(3))
      #expect(await ending?.code == .deadlineExceeded)
      #expect(test.calls.isEmpty)
      await test.channel.close()
    }
  }

  /// Where a call may be when its task is cancelled.
  enum Place: CaseIterable {
    case beforeItBegins, connecting, backingOff, metadata, interceptor, running, waitingToRepeat
  }

  @Test("cancelling its task ends a call at once wherever it is", arguments: Place.allCases)
  func cancelled(place: Place) async throws {
    let stuck: @Sendable () async -> Void = {
      for await _ in AsyncStream<Never>.makeStream().stream {}
    }
    let interceptors: [any ClientInterceptor] =
      place == .interceptor
      ? [
        TokenInterceptor {
          await stuck()
          return ""
        }
      ] : []
    let test = ChannelUnderTest(interceptors: interceptors) { configuration in
      guard place == .metadata else { return }
      configuration.freshMetadata = { _ in
        await stuck()
        return Metadata()
      }
    }
    if place == .connecting { test.beSilent() }
    if place == .backingOff {
      test.fail(with: Self.lost)
      _ = await status { _ = try await test.unary() }
    }
    let call = Task {
      if place == .beforeItBegins { withUnsafeCurrentTask { $0?.cancel() } }
      return await status {
        _ = try await test.unary(.idempotent, "x", CallOptions(waitForReady: true))
      }
    }
    switch place {
    case .beforeItBegins, .interceptor: break
    case .connecting, .metadata: try await eventually("connecting") { test.attempts == 1 }
    case .backingOff: try await eventually("waiting") { test.channel.state == .backingOff }
    case .running: _ = try await test.call()
    case .waitingToRepeat:
      try await test.call().end(Self.lost)
      try await eventually("waiting") { test.clock.waits == [.milliseconds(10)] }
    }
    call.cancel()
    #expect(await call.value?.code == .cancelled)
    await test.channel.close()
    #expect(test.areAllClosed)
    try await eventually("no wait is left") { test.clock.waits.isEmpty }
  }
}
