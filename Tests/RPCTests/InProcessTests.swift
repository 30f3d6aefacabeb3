import NIOCore
import NIOPosix
import RPC
import Synchronization
import Testing

@Suite("Calls within the process")
struct InProcessTests {
  private let say = MethodDescriptor(service: "x.Y", name: "Say", kind: .unary)
  private let tell = MethodDescriptor(service: "x.Y", name: "Tell", kind: .serverStreaming)
  private let hear = MethodDescriptor(service: "x.Y", name: "Hear", kind: .clientStreaming)
  private let watcher = Watcher()

  private func calls(_ methods: ServerMethod...) -> InProcessCalls {
    InProcessCalls(methods: methods, interceptors: [watcher])
  }

  private func transport(_ calls: InProcessCalls, _ metadata: Metadata = [:]) -> InProcessTransport
  {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let connection = ConnectionContext(eventLoop: loop, remoteAddress: "here")
    return calls.transport(from: connection, metadata: metadata)
  }

  @Test("handlers of all three kinds answer, and interceptors hear of begin and end")
  func kinds() async throws {
    let handlers: [UnaryHandler<Word, Word>] = [
      .inline { input, _ in Word(input.text + " inline") },
      .deferred { input, _, reply in reply.succeed(Word(input.text + " deferred")) },
      .async { input, _ in Word(input.text + " async") },
    ]
    for (handler, kind) in zip(handlers, ["inline", "deferred", "async"]) {
      let transport = transport(calls(.unary(say, handler)))
      let answer: Word = try await transport.unary(say, Word("hello"), options: CallOptions())
      #expect(answer.text == "hello \(kind)")
      #expect(watcher.take() == ["started 1", "admit", "ended 1 OK", "end OK 5 \(6 + kind.count)"])
    }
  }

  @Test("a call that an interceptor refuses never reaches its handler")
  func refused() async throws {
    let calls = calls(.unary(say, .inline { (_: Word, _) in Word("never") }))
    let transport = transport(calls, ["refuse": "yes"])
    let error = await #expect(throws: RPCError.self) {
      let _: Word = try await transport.unary(say, Word("hello"), options: CallOptions())
    }
    #expect(error?.code == .permissionDenied)
    #expect(watcher.take().last == "end PERMISSION_DENIED 5 0")
  }

  @Test("an interceptor may take its time, and see the message")
  func waits() async throws {
    let calls = calls(.unary(say, .inline { (input: Word, _) in input }))
    let options = CallOptions(metadata: ["wait": "yes"])
    let answer: Word = try await transport(calls).unary(say, Word("hello"), options: options)
    #expect(answer.text == "hello")
    #expect(watcher.take().contains("waited for hello"))
  }

  @Test("the deadline ends a call whose handler does not answer, and its task is cancelled")
  func deadline() async throws {
    let (ends, ended) = AsyncStream<Void>.makeStream()
    let (never, held) = AsyncStream<Void>.makeStream()
    defer { held.finish() }
    let handler: UnaryHandler<Word, Word> = .async { _, _ in
      defer { ended.finish() }
      for await _ in never {}
      return Word("late")
    }
    let options = CallOptions(timeout: .milliseconds(20))
    let error = await #expect(throws: RPCError.self) {
      let _: Word = try await transport(calls(.unary(say, handler)))
        .unary(say, Word("hello"), options: options)
    }
    #expect(error?.code == .deadlineExceeded)
    for await _ in ends {}
  }

  @Test("a caller that is cancelled gives the call up")
  func cancelled() async throws {
    let (begins, begun) = AsyncStream<Void>.makeStream()
    let never: UnaryHandler<Word, Word> = .deferred { _, _, _ in begun.finish() }
    let calls = calls(.unary(say, never))
    let task = Task { () async throws -> Word in
      try await transport(calls).unary(say, Word("hello"), options: CallOptions())
    }
    for await _ in begins {}
    task.cancel()
    let error = await #expect(throws: RPCError.self) { try await task.value }
    #expect(error?.code == .cancelled)
  }

  @Test("what is not in the table is UNIMPLEMENTED, what a handler throws is INTERNAL")
  func errors() async throws {
    let handler: UnaryHandler<Word, Word> = .async { _, _ in throw Malformed() }
    let transport = transport(calls(.unary(say, handler)))
    for (method, code) in [(say, StatusCode.internal), (tell, .unimplemented)] {
      let error = await #expect(throws: RPCError.self) {
        let _: Word = try await transport.unary(method, Word("hello"), options: CallOptions())
      }
      #expect(error?.code == code)
    }
  }

  // MARK: Streams

  @Test("a stream comes in order and complete, however slowly it is read")
  func streamed() async throws {
    let handler: ServerStreamHandler<Word, Word> = .async { _, _, writer in
      for number in 0..<2000 {
        try await writer.write(Word("\(number)" + String(repeating: ".", count: 200)))
      }
    }
    let stream: MessageStream<Word> = try await transport(calls(.serverStreaming(tell, handler)))
      .serverStreaming(tell, Word("go"), options: CallOptions())
    var count = 0
    for try await word in stream {
      #expect(word.text.hasPrefix("\(count)."))
      count += 1
    }
    #expect(count == 2000)
  }

  @Test("a writer is told to wait when nobody reads, and goes on when somebody does")
  func credit() async throws {
    let (sent, telling) = AsyncStream<Int>.makeStream()
    let pump = Pump(telling)
    let calls = calls(
      .serverStreaming(
        tell,
        .deferred { (_: Word, _, stream: PushStream<Word>) in pump.run(stream) }
      )
    )
    let stream: MessageStream<Word> = try await transport(calls)
      .serverStreaming(tell, Word("go"), options: CallOptions())
    var turns = sent.makeAsyncIterator()
    let first = await turns.next() ?? 0
    #expect(first > 0)
    #expect(first < 100)
    var count = 0
    for try await _ in stream { count += 1 }
    #expect(count == Pump.total)
  }

  @Test("a stream that nobody reads any more is ended")
  func abandoned() async throws {
    let (ends, ended) = AsyncStream<Void>.makeStream()
    let calls = calls(
      .serverStreaming(
        tell,
        .deferred { (_: Word, _, stream: PushStream<Word>) in
          stream.onEnd { ended.finish() }
          _ = stream.send(Word("one"))
        }
      )
    )
    do {
      let stream: MessageStream<Word> = try await transport(calls)
        .serverStreaming(tell, Word("go"), options: CallOptions())
      for try await _ in stream { break }
    }
    for await _ in ends {}
    #expect(watcher.take().last?.hasPrefix("end CANCELLED") == true)
  }

  @Test("streams hear that the server stops, also those that begin then")
  func drained() async throws {
    let calls = calls(
      .serverStreaming(
        tell,
        .deferred { (_: Word, _, stream: PushStream<Word>) in
          _ = stream.send(Word("one"))
          stream.onDrain { stream.fail(RPCError(.unavailable, "stopping")) }
        }
      )
    )
    for _ in 0..<2 {
      let stream: MessageStream<Word> = try await transport(calls)
        .serverStreaming(tell, Word("go"), options: CallOptions())
      let words = stream.makeAsyncIterator()
      #expect(try await words.next() == Word("one"))
      calls.drain()
      let error = await #expect(throws: RPCError.self) { try await words.next() }
      #expect(error?.code == .unavailable)
    }
  }

  @Test("a stream of requests comes complete, and waits for the handler")
  func clientStream() async throws {
    let handler: ClientStreamHandler<Word, Word> = .async { words, _ in
      var length = 0
      for try await word in words { length += word.text.utf8.count }
      return Word("\(length)")
    }
    let piece = Word(String(repeating: "x", count: 30_000))
    let answer: Word = try await transport(calls(.clientStreaming(hear, handler)))
      .clientStreaming(hear, options: CallOptions()) { (writer: ClientStreamWriter<Word>) in
        for _ in 0..<20 { try await writer.write(piece) }
      }
    #expect(answer.text == "600000")
  }

  @Test("a handler that answers early stops the writer; a writer that fails ends the call")
  func clientStreamEndsEarly() async throws {
    let early: ClientStreamHandler<Word, Word> = .async { words, _ in
      for try await word in words { return word }
      throw RPCError(.cancelled, "nothing came")
    }
    let transport = transport(calls(.clientStreaming(hear, early)))
    let piece = Word(String(repeating: "x", count: 30_000))
    let answer: Word = try await transport.clientStreaming(hear, options: CallOptions()) {
      (writer: ClientStreamWriter<Word>) in
      while !Task.isCancelled { try await writer.write(piece) }
    }
    #expect(answer == piece)
    let error = await #expect(throws: RPCError.self) {
      let _: Word = try await transport.clientStreaming(hear, options: CallOptions()) {
        (_: ClientStreamWriter<Word>) in throw RPCError(.outOfRange, "mine")
      }
    }
    #expect(error?.code == .outOfRange)
  }
}

/// Keeps what interceptors are told; refuses and waits as the metadata says.
private final class Watcher: ServerInterceptor {
  private let words = Mutex<[String]>([])

  /// What it was told since this was last asked.
  func take() -> [String] {
    words.withLock { words in
      defer { words = [] }
      return words
    }
  }

  private func say(_ word: String) { words.withLock { $0.append(word) } }

  func admit(_ context: inout ServerContext) -> Admission {
    if context.metadata.first("refuse") != nil {
      return .refuse(RPCError(.permissionDenied, "no"))
    }
    guard context.metadata.first("wait") != nil else {
      say("admit")
      return .proceed
    }
    return .waitWithMessage { context, message in
      self.say("waited for \(String(buffer: message))")
      return context
    }
  }

  func ended(_ context: ServerContext, status: StatusCode) {
    say("end \(status) \(context.traffic.receivedBytes) \(context.traffic.sentBytes)")
  }

  func tallied(_ tally: CallTally) {
    if tally.started > 0 { say("started \(tally.started)") }
    if tally.ended > 0 { say("ended \(tally.ended) \(tally.status)") }
  }
}

/// Sends until it is told to wait, and goes on when it may.
private final class Pump: Sendable {
  static let total = 500
  private let sent = Mutex(0)
  private let turns: AsyncStream<Int>.Continuation

  init(_ turns: AsyncStream<Int>.Continuation) { self.turns = turns }

  func run(_ stream: PushStream<Word>) {
    stream.onCredit { self.fill(stream) }
    fill(stream)
  }

  private func fill(_ stream: PushStream<Word>) {
    let word = Word(String(repeating: "y", count: 2000))
    while true {
      let number = sent.withLock { sent in
        sent += 1
        return sent
      }
      if number > Self.total { return stream.finish() }
      if stream.send(word) != .available {
        turns.yield(number)
        return
      }
    }
  }
}
