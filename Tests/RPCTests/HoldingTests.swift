import NIOCore
import NIOEmbedded
import RPC
import Synchronization
import Testing

@Suite("Answers that are held back")
struct HoldingTests {
  private let loop = EmbeddedEventLoop()
  private let call: RecordedCall
  private let hold = Hold()
  private let unary = MethodDescriptor(service: "x.Y", name: "Say", kind: .unary)
  private let streaming = MethodDescriptor(service: "x.Y", name: "Tell", kind: .serverStreaming)

  init() { call = RecordedCall(loop) }

  private func start(_ method: ServerMethod, _ text: String = "hello") throws {
    let held = method.holdingAnswers { payload, context in
      hold.opened(payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }, context.method)
      return hold
    }
    guard case .deferred(let body) = held.invocation else { throw Malformed() }
    let connection = ConnectionContext(eventLoop: loop, remoteAddress: "here")
    let context = ServerContext(method: method.descriptor, connection: connection)
    try body(Array(text.utf8).span.bytes, context, call)
  }

  private func pushing(
    _ body: @escaping @Sendable (Word, ServerContext, PushStream<Word>) throws -> Void
  ) -> ServerMethod {
    .serverStreaming(streaming, .deferred(body))
  }

  // MARK: One answer

  @Test("a deferred answer goes out when the hold lets go, and not before")
  func deferred() throws {
    try start(.unary(unary, .deferred { (input: Word, _, reply) in reply.succeed(input) }))
    #expect(hold.words == ["opened hello x.Y/Say", "asked -"])
    #expect(call.said == [])
    hold.letGo()
    #expect(call.said == ["respond hello"])
  }

  @Test("an answer at once is held too")
  func inline() throws {
    try start(.unary(unary, .inline { (input: Word, _) in Word(input.text + "!") }))
    #expect(call.said == [])
    hold.letGo()
    #expect(call.said == ["respond hello!"])
  }

  @Test("a hold that need not wait costs no wait")
  func atOnce() throws {
    hold.setOpen()
    try start(.unary(unary, .deferred { (input: Word, _, reply) in reply.succeed(input) }))
    #expect(call.said == ["respond hello"])
  }

  @Test("an error is held, whether it is answered or thrown")
  func errors() throws {
    let no = RPCError(.notFound, "no")
    try start(.unary(unary, .deferred { (_: Word, _, reply: Reply<Word>) in reply.fail(no) }))
    try start(.unary(unary, .deferred { (_: Word, _, _: Reply<Word>) in throw no }))
    try start(.unary(unary, .inline { (_: Word, _) -> Word in throw no }))
    #expect(hold.words.filter { $0.hasPrefix("asked") } == ["asked no", "asked no", "asked no"])
    #expect(call.said == [])
    hold.letGo()
    #expect(call.said == ["fail no", "fail no", "fail no"])
  }

  @Test("what cannot be decoded is told to the hold, and is the transport's to answer")
  func malformed() throws {
    let method = ServerMethod.unary(unary, .inline { (input: Word, _) in input })
    #expect(throws: Malformed.self) { try start(method, "malformed") }
    #expect(hold.words == ["opened malformed x.Y/Say", "asked ?"])
    hold.letGo()
    #expect(call.said == [])
  }

  @Test("when the hold fails, its error goes out instead")
  func failure() throws {
    try start(.unary(unary, .deferred { (input: Word, _, reply) in reply.succeed(input) }))
    hold.letGo(RPCError(.unavailable, "no record"))
    #expect(call.said == ["fail no record"])
  }

  @Test("only the first answer counts, and the hold is asked once")
  func once() throws {
    let no = RPCError(.notFound, "no")
    try start(
      .unary(
        unary,
        .deferred { (input: Word, _, reply) in
          reply.succeed(input)
          reply.succeed(Word("second"))
          reply.fail(no)
        }
      )
    )
    #expect(hold.words.count == 2)
    hold.letGo()
    #expect(call.said == ["respond hello"])
  }

  // MARK: Streams

  @Test("messages are kept until the hold lets go, and their writer is told to wait")
  func stream() throws {
    let credits = Credits()
    try start(
      pushing { input, _, stream in
        stream.onCredit { credits.returned() }
        credits.add(stream.send(input))
        credits.add(stream.send(encoded: ByteBuffer(string: "two")))
      }
    )
    #expect(credits.all == [.exhausted, .exhausted])
    #expect(hold.words.filter { $0.hasPrefix("asked") }.count == 1)
    #expect(call.said == [])
    hold.letGo()
    #expect(call.said == ["send hello", "send two"])
    #expect(credits.returns == 1, "the writer may go on")
  }

  @Test("a reader that is slow itself gives credit later, once")
  func slowReader() throws {
    let credits = Credits()
    call.setCredit(.exhausted)
    try start(
      pushing { input, _, stream in
        stream.onCredit { credits.returned() }
        credits.add(stream.send(input))
      }
    )
    hold.letGo()
    #expect(credits.returns == 0)
    call.returnCredit()
    #expect(credits.returns == 1)
  }

  @Test("the end of a stream follows what was kept")
  func ends() throws {
    try start(
      pushing { input, _, stream in
        _ = stream.send(input)
        stream.finish()
      }
    )
    hold.letGo()
    #expect(call.said == ["send hello", "finish"])
  }

  @Test("a stream that fails before its first message tells the hold so")
  func failsFirst() throws {
    try start(pushing { _, _, stream in stream.fail(RPCError(.outOfRange, "far")) })
    #expect(hold.words.last == "asked far")
    hold.letGo()
    #expect(call.said == ["fail far"])
  }

  @Test("a stream whose hold fails sends nothing of what was kept")
  func holdFails() throws {
    let credits = Credits()
    try start(
      pushing { input, _, stream in
        stream.onCredit { credits.returned() }
        _ = stream.send(input)
        stream.finish()
      }
    )
    hold.letGo(RPCError(.unavailable, "no record"))
    #expect(call.said == ["fail no record"])
    #expect(credits.returns == 0)
  }

  @Test("afterwards messages pass as if nobody had held them")
  func passes() throws {
    hold.setOpen()
    let credits = Credits()
    try start(
      pushing { input, _, stream in
        for _ in 0..<3 { credits.add(stream.send(input)) }
        stream.finish()
      }
    )
    #expect(credits.all == [.available, .available, .available])
    #expect(call.said == ["send hello", "send hello", "send hello", "finish"])
    #expect(hold.words.count == 2)
  }

  @Test("a stream that has ended is let go of, though its callback knows it")
  func noCycle() throws {
    weak var feed: Credits?
    try {
      let credits = Credits()
      feed = credits
      try start(
        pushing { _, _, stream in
          credits.keep(stream)
          stream.onCredit { credits.returned() }
          stream.onEnd { credits.drop() }
        }
      )
    }()
    #expect(feed != nil)
    call.end()
    #expect(feed == nil)
  }
}

/// A hold that is let go of by hand.
private final class Hold: AnswerHold {
  private struct State {
    var words: [String] = []
    var isOpen = false
    var waiting: [@Sendable (RPCError?) -> Void] = []
  }

  private let state = Mutex(State())

  var words: [String] { state.withLock { $0.words } }
  func setOpen() { state.withLock { $0.isOpen = true } }

  func opened(_ payload: String, _ method: MethodDescriptor) {
    state.withLock { $0.words.append("opened \(payload) \(method)") }
  }

  func mayAnswer(_ error: (any Error)?, _ go: @escaping @Sendable (RPCError?) -> Void) -> Bool {
    state.withLock { state in
      state.words.append("asked \(error.map { ($0 as? RPCError)?.message ?? "?" } ?? "-")")
      if !state.isOpen { state.waiting.append(go) }
      return state.isOpen
    }
  }

  func letGo(_ error: RPCError? = nil) {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for go in waiting { go(error) }
  }
}

/// What a writer was told.
private final class Credits: Sendable {
  private let state = Mutex<(all: [StreamCredit], returns: Int)>(([], 0))
  private let stream = Mutex<PushStream<Word>?>(nil)

  var all: [StreamCredit] { state.withLock { $0.all } }
  var returns: Int { state.withLock { $0.returns } }
  func add(_ credit: StreamCredit) { state.withLock { $0.all.append(credit) } }
  func returned() { state.withLock { $0.returns += 1 } }
  func keep(_ kept: PushStream<Word>) { stream.withLock { $0 = kept } }
  func drop() { stream.withLock { $0 = nil } }
}
