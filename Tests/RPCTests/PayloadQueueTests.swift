import NIOCore
import RPC
import Synchronization
import Testing

/// A queue and how often it called back.
private final class Watched: Sendable {
  let reports = Mutex<[PayloadQueue.Consumed]>([])
  let abandoned = Atomic(0)

  func queue(reportAfter: Int = 1000) -> PayloadQueue {
    PayloadQueue(
      reportAfter: reportAfter,
      onConsumed: { consumed in self.reports.withLock { $0.append(consumed) } },
      onAbandoned: { self.abandoned.wrappingAdd(1, ordering: .relaxed) }
    )
  }

  var consumed: [PayloadQueue.Consumed] { reports.withLock { $0 } }
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

  @Test("a message that waits is reported once the reader has to wait, one handed over is not")
  func reports() async throws {
    let watched = Watched()
    let queue = watched.queue()
    #expect(!queue.push(bytes("abc")))
    #expect(!queue.push(bytes("de")))
    _ = try await queue.next()
    _ = try await queue.next()
    #expect(watched.consumed == [])
    let third = Task { try await queue.next() }
    while watched.consumed.isEmpty { await Task.yield() }
    #expect(watched.consumed == [.init(messages: 2, bytes: 5)])
    while !queue.push(bytes("f")) {}
    #expect(try await third.value?.readableBytes == 1)
  }

  @Test("a reader that has taken enough is reported before it has caught up")
  func reportsInBatches() async throws {
    let watched = Watched()
    let queue = watched.queue(reportAfter: 1000)
    for _ in 0..<20 { queue.push(ByteBuffer(repeating: 1, count: 436)) }
    _ = try await queue.next()
    #expect(watched.consumed == [])
    _ = try await queue.next()
    #expect(watched.consumed == [.init(messages: 2, bytes: 872)])
  }

  @Test("empty messages are reported too")
  func emptyMessages() async throws {
    let watched = Watched()
    let queue = watched.queue(reportAfter: 640)
    for _ in 0..<15 { queue.push(ByteBuffer()) }
    for _ in 0..<12 { _ = try await queue.next() }
    #expect(watched.consumed == [.init(messages: 10, bytes: 0)])
  }

  @Test("a small message that waits does not hold the read that it came in")
  func compact() async throws {
    let queue = Watched().queue()
    let read = ByteBuffer(repeating: 7, count: 100_000)
    queue.push(try #require(read.getSlice(at: 10, length: 20)))
    let message = try #require(try await queue.next())
    #expect(message == ByteBuffer(repeating: 7, count: 20))
    #expect(message.storageCapacity < 1000)
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

  @Test("what a reader leaves behind counts as taken, even after the end")
  func leftBehind() async throws {
    let watched = Watched()
    let queue = watched.queue()
    for _ in 0..<3 { queue.push(ByteBuffer(repeating: 1, count: 40)) }
    queue.end(.success(()))
    _ = try await queue.next()
    do { _ = MessageStream<Blank>(queue) }
    #expect(watched.consumed == [.init(messages: 3, bytes: 120)])
    #expect(watched.abandonedCount == 0)
  }
}
