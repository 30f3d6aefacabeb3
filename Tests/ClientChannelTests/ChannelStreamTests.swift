import RPC
import Synchronization
import TTRPC
import Testing

@Suite("Streams of a channel")
struct ChannelStreamTests {
  private static let lost = RPCError(.unavailable, "lost")

  @Test("messages come in order, then the end")
  func messages() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream()
    let call = try await test.call()
    for text in ["a", "b", "c"] { call.answer(text) }
    call.end()
    var texts: [String] = []
    for try await note in stream { texts.append(note.text) }
    #expect(texts == ["a", "b", "c"])
    await test.channel.close()
  }

  @Test("a stream without side effects is opened again while no message has come")
  func reopened() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream(.noSideEffects)
    try await test.call(1).end(Self.lost)
    async let first = stream.first { _ in true }
    try await test.pass(.milliseconds(10))
    try await test.call(2).answer("second")
    #expect(try await first?.text == "second")
    await test.channel.close()
  }

  @Test("once a message was handed out, the loss of a stream is the reader's affair")
  func lostLater() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream(.noSideEffects)
    let call = try await test.call()
    call.answer("a")
    call.end(Self.lost)
    let iterator = stream.makeAsyncIterator()
    #expect(try await iterator.next()?.text == "a")
    await #expect(throws: Self.lost) { try await iterator.next() }
    #expect(try await iterator.next() == nil)
    await test.channel.close()
    #expect(test.calls.count == 1)
  }

  @Test("a stream that its reader leaves is given up, and its place is free")
  func abandoned() async throws {
    let test = ChannelUnderTest {
      $0.connectionsMax = 1
      $0.callsPerConnectionMax = 1
    }
    for number in 1...3 {
      let stream = try await test.stream()
      try await test.call(number).answer("a")
      for try await _ in stream { break }
    }
    _ = try await test.stream()
    #expect(test.calls.count == 4)
    try await eventually("all were given up") { test.connections.first?.abandoned == 4 }
    await test.channel.close()
  }

  @Test("cancelling the reader ends the stream")
  func cancelled() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream(.noSideEffects)
    let reader = Task { for try await _ in stream {} }
    _ = try await test.call()
    reader.cancel()
    _ = await reader.result
    try await eventually("it was given up") { test.connections.first?.abandoned == 1 }
    await test.channel.close()
  }

  @Test("a stream on which nothing comes is lost, and so is its connection")
  func silence() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream(.none, CallOptions(silenceMax: .seconds(5)))
    let call = try await test.call()
    call.answer("a")
    async let ending = status { for try await _ in stream {} }
    try await eventually("it is given up") {
      if test.clock.waits.contains(.seconds(5)) { test.clock.advance(by: .seconds(5)) }
      return test.areAllClosed
    }
    #expect(await ending?.code == .unavailable)
    #expect(test.connections.first?.isClosed == true)
    await test.channel.close()
  }

  @Test("a reader that takes its time is no silence")
  func slowReader() async throws {
    let test = ChannelUnderTest()
    let stream = try await test.stream(.none, CallOptions(silenceMax: .seconds(5)))
    let call = try await test.call()
    for text in ["a", "b"] { call.answer(text) }
    call.end()
    var texts: [String] = []
    for try await note in stream {
      texts.append(note.text)
      for _ in 0..<3 { try await test.pass(.seconds(5)) }
    }
    #expect(texts == ["a", "b"])
    await test.channel.close()
  }

  /// Counts how often a stream of requests was begun.
  private final class Sender: Sendable {
    private let begun = Mutex(0)
    var count: Int { begun.withLock { $0 } }
    func begin() { begun.withLock { $0 += 1 } }
  }

  @Test("what streams requests is begun once: its source cannot be read twice")
  func streamOfRequests() async throws {
    let test = ChannelUnderTest()
    let sender = Sender()
    async let ending = status {
      let _: Note = try await test.channel.clientStreaming(
        .of(.clientStreaming, .idempotent),
        options: CallOptions()
      ) { (writer: ClientStreamWriter<Note>) in
        sender.begin()
        try await writer.write("x")
      }
    }
    try await test.call(1).end(Self.lost)
    #expect(await ending == Self.lost)
    async let second = status {
      let stream: MessageStream<Note> = try await test.channel.bidirectional(
        .of(.bidirectional, .idempotent),
        options: CallOptions()
      ) { (_: ClientStreamWriter<Note>) in sender.begin() }
      for try await _ in stream {}
    }
    try await test.call(2).end(Self.lost)
    #expect(await second == Self.lost)
    #expect(sender.count == 2 && test.calls.count == 2)
    await test.channel.close()
  }

  @Test("streams of requests get their answers")
  func bothWays() async throws {
    let test = ChannelUnderTest()
    async let sum: Note = test.channel.clientStreaming(
      .of(.clientStreaming),
      options: CallOptions()
    ) { (writer: ClientStreamWriter<Note>) in try await writer.write("x") }
    try await test.call(1).answer("sum")
    #expect(try await sum == "sum")
    let talk: MessageStream<Note> = try await test.channel.bidirectional(
      .of(.bidirectional),
      options: CallOptions()
    ) { (writer: ClientStreamWriter<Note>) in try await writer.write("x") }
    let call = try await test.call(2)
    call.answer("a")
    call.end()
    #expect(try await talk.first { _ in true } == "a")
    await test.channel.close()
  }
}
