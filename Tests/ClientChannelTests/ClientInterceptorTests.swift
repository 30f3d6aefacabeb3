import RPC
import Synchronization
import TTRPC
import Testing

/// Writes down what it hears.
private final class Recorder: ClientInterceptor {
  private let heard = Mutex<[String]>([])
  private let refusal: RPCError?

  init(refusing refusal: RPCError? = nil) { self.refusal = refusal }

  var notes: [String] { heard.withLock { $0 } }

  func start(_ context: inout ClientContext) -> ClientAdmission {
    heard.withLock { $0.append("start") }
    return refusal.map { .refuse($0) } ?? .proceed
  }

  func ended(_ context: ClientContext, _ outcome: ClientOutcome) {
    let milliseconds = outcome.duration / .milliseconds(1)
    heard.withLock {
      $0.append("\(outcome.status) \(outcome.attempts) \(Int(milliseconds)) ms")
    }
  }
}

private final class Count: Sendable {
  private let number = Mutex(0)

  func next() -> Int {
    number.withLock { number in
      number += 1
      return number
    }
  }
}

@Suite("Interceptors and metadata of a channel")
struct ClientInterceptorTests {
  private static let lost = RPCError(.unavailable, "lost")

  @Test("an interceptor hears of a call's begin and end once, however often it was sent")
  func unary() async throws {
    let recorder = Recorder()
    let test = ChannelUnderTest(interceptors: [recorder])
    async let answer = test.unary(.idempotent)
    try await test.call(1).end(Self.lost)
    try await test.pass(.milliseconds(10))
    try await test.call(2).answer()
    _ = try await answer
    #expect(recorder.notes == ["start", "OK 2 10 ms"])
    await test.channel.close()
  }

  @Test("a call that never found a connection was sent no times")
  func neverSent() async throws {
    let recorder = Recorder()
    let test = ChannelUnderTest(interceptors: [recorder])
    test.fail(with: Self.lost)
    _ = await status { _ = try await test.unary() }
    #expect(recorder.notes == ["start", "UNAVAILABLE 0 0 ms"])
    await test.channel.close()
  }

  @Test("who refuses a call, and those before it, hear of its end; those after it of nothing")
  func refused() async throws {
    let refusal = RPCError(.permissionDenied, "no")
    let recorders = [Recorder(), Recorder(refusing: refusal), Recorder()]
    let test = ChannelUnderTest(interceptors: recorders)
    #expect(await status { _ = try await test.unary() } == refusal)
    #expect(await status { _ = try await test.stream() } == refusal)
    let notes = ["start", "PERMISSION_DENIED 0 0 ms"]
    #expect(recorders.map(\.notes) == [notes + notes, notes + notes, []])
    #expect(test.attempts == 0)
    await test.channel.close()
  }

  @Test("a stream ends with its last message, with its error, or with its reader")
  func streams() async throws {
    let recorder = Recorder()
    let test = ChannelUnderTest(interceptors: [recorder])
    let ended = try await test.stream()
    try await test.call(1).end()
    for try await _ in ended {}
    let failed = try await test.stream()
    try await test.call(2).end(RPCError(.notFound, "no"))
    _ = await status { for try await _ in failed {} }
    do {
      let left = try await test.stream()
      try await test.call(3).answer()
      for try await _ in left { break }
    }
    try await eventually("all have ended") { recorder.notes.count == 6 }
    #expect(
      recorder.notes == [
        "start", "OK 1 0 ms", "start", "NOT_FOUND 1 0 ms", "start", "CANCELLED 1 0 ms",
      ]
    )
    await test.channel.close()
  }

  @Test("metadata of the channel goes before that of the call, and is fresh for each attempt")
  func metadata() async throws {
    let count = Count()
    let test = ChannelUnderTest {
      $0.metadata = ["a": "1"]
      $0.freshMetadata = { _ in ["b": "\(count.next())"] }
    }
    async let answer = test.unary(.idempotent, "x", CallOptions(metadata: ["c": "3"]))
    let first = try await test.call(1)
    #expect(first.options.metadata == ["a": "1", "b": "1", "c": "3"])
    first.end(Self.lost)
    try await test.pass(.milliseconds(10))
    let second = try await test.call(2)
    #expect(second.options.metadata == ["a": "1", "b": "2", "c": "3"])
    second.answer()
    _ = try await answer
    await test.channel.close()
  }
}
