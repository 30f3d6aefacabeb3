import NIOCore
import RPC
import Synchronization
import Testing

/// A queue and how often it called back.
private final class Watched: Sendable {
  let drained = Atomic(0)
  let abandoned = Atomic(0)

  func queue(highWatermark: Int = 1000) -> PayloadQueue {
    PayloadQueue(
      highWatermark: highWatermark,
      onDrained: { self.drained.wrappingAdd(1, ordering: .relaxed) },
      onAbandoned: { self.abandoned.wrappingAdd(1, ordering: .relaxed) }
    )
  }

  var drainedCount: Int { drained.load(ordering: .relaxed) }
  var abandonedCount: Int { abandoned.load(ordering: .relaxed) }
}

@Suite("Payload queue")
struct PayloadQueueTests {
  private func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

  @Test("messages come in order, then the end, again and again")
  func order() async throws {
    let queue = Watched().queue()
    for number in 0..<100 { _ = queue.push(bytes("\(number)")) }
    queue.end(.success(()))
    for number in 0..<100 { #expect(try await queue.next() == bytes("\(number)")) }
    #expect(try await queue.next() == nil)
    #expect(try await queue.next() == nil)
  }

  @Test("an empty message is a message")
  func emptyMessage() async throws {
    let queue = Watched().queue()
    _ = queue.push(ByteBuffer())
    queue.end(.success(()))
    #expect(try await queue.next() == ByteBuffer())
    #expect(try await queue.next() == nil)
  }

  @Test("what was queued is read before the error that ended the stream; the first end counts")
  func failure() async throws {
    let queue = Watched().queue()
    _ = queue.push(bytes("last"))
    queue.end(.failure(RPCError(.dataLoss, "gone")))
    queue.end(.success(()))
    #expect(queue.push(bytes("late")))
    #expect(try await queue.next() == bytes("last"))
    let error = await #expect(throws: RPCError.self) { try await queue.next() }
    #expect(error?.code == .dataLoss)
  }

  @Test("a reader that waits is given the next message and the end", arguments: 0..<50)
  func waiting(round: Int) async throws {
    let queue = Watched().queue()
    async let first = queue.next()
    if round.isMultiple(of: 2) { await Task.yield() }
    _ = queue.push(bytes("x"))
    #expect(try await first == bytes("x"))
    async let second = queue.next()
    if round.isMultiple(of: 2) { await Task.yield() }
    queue.end(.success(()))
    #expect(try await second == nil)
  }

  @Test("over the watermark it says so, and calls once when half has been read")
  func watermark() async throws {
    let watched = Watched()
    let queue = watched.queue(highWatermark: 1000)
    var pushed = 0
    while queue.push(ByteBuffer(repeating: 1, count: 100)) { pushed += 1 }
    // The entry costs something too, so that empty messages are not free.
    #expect((4...9).contains(pushed))
    #expect(!queue.push(ByteBuffer()))
    while watched.drainedCount == 0, pushed >= 0 {
      _ = try await queue.next()
      pushed -= 1
    }
    #expect(watched.drainedCount == 1)
    #expect(queue.push(ByteBuffer()))
  }

  @Test("a queue of empty messages fills up too")
  func emptyMessagesAreBounded() {
    let queue = Watched().queue(highWatermark: 1 << 10)
    var pushed = 0
    while pushed < 10_000, queue.push(ByteBuffer()) { pushed += 1 }
    #expect(pushed < 100)
  }

  @Test("a cancelled reader gets CancellationError and the stream is given up, once")
  func cancelled() async {
    let watched = Watched()
    let queue = watched.queue()
    let reader = Task { try await queue.next() }
    await Task.yield()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    await #expect(throws: CancellationError.self) { try await queue.next() }
    #expect(watched.abandonedCount == 1)
    #expect(queue.push(bytes("dropped")))
  }

  @Test("leaving the loop gives the stream up")
  func leftLoop() async throws {
    let watched = Watched()
    let queue = watched.queue()
    _ = queue.push(ByteBuffer())
    for try await _ in MessageStream<Blank>(queue) { break }
    #expect(watched.abandonedCount == 1)
  }

  @Test("a stream that nobody ever iterates is given up when it is dropped")
  func neverIterated() {
    let watched = Watched()
    do { _ = MessageStream<Blank>(watched.queue()) }
    #expect(watched.abandonedCount == 1)
  }

  @Test("an iterator outlives the stream that made it")
  func iteratorAlone() async throws {
    let watched = Watched()
    let queue = watched.queue()
    _ = queue.push(ByteBuffer())
    queue.end(.success(()))
    let iterator = MessageStream<Blank>(queue).makeAsyncIterator()
    #expect(try await iterator.next() != nil)
    #expect(try await iterator.next() == nil)
    #expect(watched.abandonedCount == 0, "it had ended")
  }

  @Test("leaving a full stream lets its connection be read again, even if it has ended")
  func leftFull() async throws {
    let watched = Watched()
    let queue = watched.queue(highWatermark: 100)
    while queue.push(ByteBuffer(repeating: 1, count: 40)) {}
    queue.end(.success(()))
    do { _ = MessageStream<Blank>(queue) }
    #expect(watched.drainedCount == 1)
    #expect(watched.abandonedCount == 0)
  }
}
