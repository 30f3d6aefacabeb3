import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Readers that do not read")
struct SlowReaderTests {
  /// Returns once a number has stopped growing, as far as one can see in half a second.
  private func settled(_ number: @escaping @Sendable () -> Int) async throws -> Int {
    let last = Box((value: -1, looks: 0))
    try await eventually("it stops") {
      let now = number()
      last.change { $0 = $0.value == now ? (now, $0.looks + 1) : (now, 0) }
      return now > 0 && last.value.looks > 150
    }
    return number()
  }

  @Test("an async writer waits within a bound, others go on, and it finishes once it is read")
  func asyncWriter() async throws {
    let written = Counter()
    let methods: [ServerMethod] = [
      .stream(
        "Much",
        .async { _, _, writer in
          for _ in 0..<4000 {
            try await writer.write(Bytes(count: 16 << 10))
            written.add()
          }
        }
      ),
      .unary("Echo", .inline { request, _ in request }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.stopReading()
      try await peer.send(RequestBytes(method: "Much").frame(1))
      let stopped = try await settled { written.value }
      // What the two sockets hold is the system's affair; the rest is ours: well below the whole.
      #expect(stopped < 3000)
      let other = try await test.client()
      #expect(try await other.call("Echo", "goes on").text == "goes on")
      await other.close()
      try await peer.startReading()
      try await eventually("all of it came") { peer.frames.count == 4001 }
      try await peer.close()
    }
  }

  @Test("a deferred writer is told to wait, and told when it may go on")
  func deferredWriter() async throws {
    let credits = Box<[StreamCredit]>([])
    let returned = Counter()
    let streams = Box<[PushStream<Bytes>]>([])
    let methods: [ServerMethod] = [
      .stream(
        "Much",
        .deferred { _, _, stream in
          let fill: @Sendable () -> Void = {
            var credit = StreamCredit.available
            while credit == .available, credits.value.count < 4000 {
              credit = stream.send(Bytes(count: 16 << 10))
              credits.change { $0.append(credit) }
            }
            if credits.value.count == 4000 { stream.finish() }
          }
          stream.onCredit {
            returned.add()
            fill()
          }
          streams.change { $0.append(stream) }
          fill()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.stopReading()
      try await peer.send(RequestBytes(method: "Much").frame(1))
      let stopped = try await settled { credits.value.count }
      #expect(stopped < 3000)
      #expect(credits.value.last == .exhausted)
      let returnedBefore = returned.value
      try await peer.startReading()
      try await eventually("all of it came") { peer.frames.count == 4001 }
      #expect(returned.value > returnedBefore)
      #expect(peer.frames.allSatisfy { $0.header.type == .data })
      try await peer.close()
      streams.set([])
    }
  }

  @Test(
    "a deferred writer that does not wait is ended with RESOURCE_EXHAUSTED, not buffered",
    arguments: [1, 4]
  )
  func heedlessWriter(together: Int) async throws {
    let taken = Counter()
    let messages = Array(repeating: ByteBuffer(repeating: 0, count: 16 << 10), count: together)
    let methods: [ServerMethod] = [
      .stream(
        "Much",
        .deferred { _, _, stream in
          // More than any system's socket buffers take.
          for _ in 0..<100_000 {
            if stream.send(encoded: messages) == .closed { return }
            taken.add(together)
          }
          stream.finish()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Much").frame(1))
      try await eventually("it was ended") { peer.frames.contains { $0.header.type == .response } }
      #expect(try await peer.status(of: 1)?.code == .resourceExhausted)
      #expect(taken.value * (16 << 10) < 1 << 20)
      try await peer.close()
    }
  }

  @Test("a writer whose task is cancelled while it waits for credit goes on at once")
  func cancelledWriter() async throws {
    let outcome = Box<String?>(nil)
    let isWaiting = Counter()
    let group = Box<Task<Void, any Error>?>(nil)
    let methods: [ServerMethod] = [
      .stream(
        "Much",
        .async { _, _, writer in
          let inner = Task {
            while true {
              try await writer.write(Bytes(count: 64 << 10))
              isWaiting.add()
            }
          }
          group.set(inner)
          do { try await inner.value } catch { outcome.set("\(type(of: error))") }
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.stopReading()
      try await peer.send(RequestBytes(method: "Much").frame(1))
      _ = try await settled { isWaiting.value }
      group.value?.cancel()
      try await eventually("it noticed") { outcome.value == "CancellationError" }
      try await peer.close()
    }
  }

  @Test("a client whose stream is not read holds little of it, and gets all of it in the end")
  func clientReader() async throws {
    let written = Counter()
    let methods: [ServerMethod] = [
      .stream(
        "Much",
        .async { _, _, writer in
          for _ in 0..<4000 {
            try await writer.write(Bytes(count: 16 << 10))
            written.add()
          }
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      let iterator = try await client.stream("Much").makeAsyncIterator()
      #expect(try await iterator.next() != nil)
      #expect(try await settled { written.value } < 3000)
      var count = 1
      while try await iterator.next() != nil { count += 1 }
      #expect(count == 4000)
      await client.close()
    }
  }

  @Test("a peer that asks and never reads is not read any more")
  func greedyPeer() async throws {
    let calls = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Big",
        .inline { _, _ in
          calls.add()
          return Bytes(count: 300 << 10)
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      try await peer.stopReading()
      var requests = ByteBuffer()
      for number: UInt32 in 0..<2000 {
        requests.writeImmutableBuffer(RequestBytes(method: "Big").frame(number * 2 + 1))
      }
      try await peer.send(requests)
      #expect(try await settled { calls.value } < 200)
      try await peer.startReading()
      try await eventually("all were answered") { calls.value == 2000 }
      try await eventually("all answers came") { peer.receivedBytes > 2000 * (300 << 10) }
      try await peer.close()
    }
  }
}
