import RPC
import TTRPC
import Testing

@Suite("A call of a channel")
struct ChannelCallTests {
  private static let lost = RPCError(.unavailable, "lost")

  @Test("many calls share one connection")
  func shared() async throws {
    let test = ChannelUnderTest()
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 { group.addTask { _ = try await test.unary() } }
      _ = try await test.call(50)
      #expect(test.channel.connectionCount == 1 && test.attempts == 1)
      for call in test.calls { call.answer() }
      try await group.waitForAll()
    }
    await test.channel.close()
    #expect(test.areAllClosed)
  }

  @Test("a second connection is opened when the first is full, and no more than allowed")
  func pool() async throws {
    let test = ChannelUnderTest {
      $0.connectionsMax = 2
      $0.callsPerConnectionMax = 2
    }
    try await withThrowingTaskGroup { group in
      for _ in 0..<6 { group.addTask { _ = try await test.unary() } }
      _ = try await test.call(4)
      #expect(test.connections.map(\.calls.count) == [2, 2])
      for number in 1...6 { try await test.call(number).answer() }
      for connection in test.connections { for call in connection.calls { call.answer() } }
      try await eventually("all have come") {
        for call in test.calls { call.answer() }
        return test.calls.count == 6
      }
      for call in test.calls { call.answer() }
      try await group.waitForAll()
    }
    #expect(test.attempts == 2)
    await test.channel.close()
  }

  @Test("an idempotent call is made again after a wait, and its answer is that of the last attempt")
  func repeated() async throws {
    let test = ChannelUnderTest()
    async let answer = test.unary(.idempotent)
    try await test.call(1).end(Self.lost)
    try await test.pass(.milliseconds(10))
    try await test.call(2).end(Self.lost)
    try await test.pass(.milliseconds(20))
    try await test.call(3).answer("third")
    #expect(try await answer == "third")
    await test.channel.close()
  }

  @Test("it is made no more often than the policy says")
  func attemptsMax() async throws {
    let test = ChannelUnderTest { $0.retry.attemptsMax = 2 }
    async let ending = status { _ = try await test.unary(.noSideEffects) }
    try await test.call(1).end(Self.lost)
    try await test.pass(.milliseconds(10))
    try await test.call(2).end(Self.lost)
    #expect(await ending == Self.lost)
    await test.channel.close()
    #expect(test.calls.count == 2)
  }

  @Test(
    "a call that may have been carried out is not made again when that could do harm",
    arguments: [
      (MethodIdempotency.none, "x" as Note, true),
      (.idempotent, "!no key", true),
      (.idempotent, "x", false),
      (.noSideEffects, "x", false),
    ]
  )
  func notRepeated(idempotency: MethodIdempotency, note: Note, mayRepeat: Bool) async throws {
    let test = ChannelUnderTest()
    async let ending = status {
      _ = try await test.unary(idempotency, note, CallOptions(mayRepeat: mayRepeat))
    }
    try await test.call(1).end(Self.lost)
    let error = await ending
    #expect(error == Self.lost && error?.isUnprocessed == false)
    await test.channel.close()
    #expect(test.calls.count == 1)
  }

  @Test("a call that surely was not carried out is made again at once, whatever it does")
  func unprocessed() async throws {
    let test = ChannelUnderTest()
    async let answer = test.unary()
    var error = Self.lost
    error.isUnprocessed = true
    try await test.call(1).end(error)
    try await test.call(2).answer("second")
    #expect(try await answer == "second")
    await test.channel.close()
  }

  @Test("what one attempt may have done is not forgotten when a later one was never sent")
  func mayHaveRun() async throws {
    let test = ChannelUnderTest()
    async let ending = status { _ = try await test.unary(.idempotent) }
    let first = try await test.call(1)
    test.fail(with: RPCError.unprocessed)
    test.connections.first?.lose()
    _ = first
    for wait in [10, 20] { try await test.pass(.milliseconds(wait)) }
    let error = await ending
    #expect(error?.code == .unavailable && error?.isUnprocessed == false)
    await test.channel.close()
  }

  @Test("a used-up budget stops the repetitions")
  func budget() async throws {
    let test = ChannelUnderTest { $0.retry.tokensMax = 2 }
    async let ending = status { _ = try await test.unary(.idempotent) }
    try await test.call(1).end(Self.lost)
    #expect(await ending == Self.lost)
    await test.channel.close()
    #expect(test.calls.count == 1)
  }

  @Test("while nobody is there a call fails at once, or waits until somebody is")
  func waitForReady() async throws {
    let test = ChannelUnderTest()
    test.fail(with: Self.lost)
    #expect(await status { _ = try await test.unary() } == Self.lost)
    #expect(test.channel.state == .backingOff)
    #expect(await status { _ = try await test.unary(.idempotent) } == Self.lost)
    #expect(test.attempts == 1)
    async let answer = test.unary(.none, "x", CallOptions(waitForReady: true))
    try await test.pass(.seconds(1))
    try await eventually("the second attempt fails") { test.attempts == 2 }
    test.fail(with: nil)
    try await test.pass(.seconds(2))
    try await test.call().answer("there")
    #expect(try await answer == "there")
    await test.channel.close()
  }

  @Test("an attempt to connect that is not answered fails after its time")
  func connectTimeout() async throws {
    let test = ChannelUnderTest()
    test.beSilent()
    async let ending = status { _ = try await test.unary() }
    try await test.pass(.seconds(10))
    #expect(await ending?.code == .unavailable)
    await test.channel.close()
    try await eventually("no wait is left") { test.clock.waits.isEmpty }
  }

  @Test("what connect throws of its own reaches even calls that wait for ready")
  func ownError() async throws {
    struct Wrong: Error {}
    let test = ChannelUnderTest()
    test.fail(with: Wrong())
    await #expect(throws: Wrong.self) {
      try await test.unary(.none, "x", CallOptions(waitForReady: true))
    }
    await test.channel.close()
  }

  @Test("connecting early tells whether it works, and is shared with the first call")
  func connectEarly() async throws {
    let test = ChannelUnderTest()
    try await test.channel.connect()
    async let answer = test.unary()
    try await test.call().answer("x")
    #expect(try await answer == "x" && test.attempts == 1)
    await test.channel.close()
    #expect(await status { try await test.channel.connect() }?.code == .cancelled)
  }

  @Test("closing lets calls finish; new ones are refused")
  func drains() async throws {
    let test = ChannelUnderTest()
    async let answer = test.unary()
    let call = try await test.call()
    async let closed: Void = test.channel.close()
    try await eventually("it is closing") { test.channel.state == .closed }
    #expect(await status { _ = try await test.unary() }?.code == .cancelled)
    call.answer("in time")
    #expect(try await answer == "in time")
    await closed
    #expect(test.connections.first?.isClosed == true)
    await test.channel.close()
    try await eventually("no wait is left") { test.clock.waits.isEmpty }
  }

  @Test("calls that do not finish in time end with the channel")
  func drainTimeout() async throws {
    let test = ChannelUnderTest()
    async let ending = status { _ = try await test.unary(.idempotent) }
    _ = try await test.call()
    async let closed: Void = test.channel.close()
    try await test.pass(.seconds(10))
    #expect(await ending?.code == .cancelled)
    await closed
    #expect(test.connections.first?.isClosed == true)
  }

  @Test("a channel that nobody keeps closes its connections")
  func dropped() async throws {
    var test: ChannelUnderTest? = ChannelUnderTest()
    try await test?.channel.connect()
    let connection = try #require(test?.connections.first)
    test = nil
    try await eventually("it is closed") { connection.isClosed }
  }
}

extension RPCError {
  static var unprocessed: RPCError {
    var error = RPCError(.unavailable, "nobody answers")
    error.isUnprocessed = true
    return error
  }
}
