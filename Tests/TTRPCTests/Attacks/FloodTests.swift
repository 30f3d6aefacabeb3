import NIOCore
import RPC
import SeededRandom
import TTRPC
import TTRPCWire
import Testing

/// More of everything than a client has a use for.
@Suite("Floods")
struct FloodTests {
  private let running = Counter()
  private let most = Counter()

  private var methods: [ServerMethod] {
    [
      .unary("Echo", .inline { request, _ in request }),
      .unary(
        "Wait",
        .async { [running, most] request, _ in
          let now = running.add(1)
          if now > most.value { most.add(now - most.value) }
          defer { running.add(-1) }
          await untilCancelled()
          return request
        }
      ),
    ]
  }

  @Test("a hundred thousand calls that never end: those beyond the limit are refused, none waits")
  func openStreams() async throws {
    var configuration = ServerConfiguration.patient
    configuration.handlersPerConnectionMax = 100
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      for _ in 0..<Self.rounds {
        let peer = try await test.peer()
        try await Self.send(Self.calls, to: peer) { RequestBytes(method: "Wait").frame($0) }
        try await eventually("all others were answered") { peer.frames.count >= Self.calls - 100 }
        #expect(peer.frames.allSatisfy { $0.status?.code == .resourceExhausted })
        #expect(peer.frames.count == Int(Self.calls) - 100)
        #expect(most.value == 100)
        let other = try await test.client()
        #expect(try await other.call("Echo", "other").text == "other")
        await other.close()
        try await peer.close()
        try await eventually("no handler is left") { running.value == 0 }
      }
    }
  }

  /// On one connection; a long run repeats it on others.
  private static let calls = UInt32(Soak.many(100_000))
  private static let rounds = Soak.count(1, soak: 100)

  private static func send(
    _ count: UInt32,
    to peer: RawPeer,
    _ frame: (_ id: UInt32) -> ByteBuffer
  ) async throws {
    for start in stride(from: UInt32(0), to: count, by: 500) {
      var bytes = ByteBuffer()
      for index in start..<start + 500 { bytes.writeImmutableBuffer(frame(index * 2 + 1)) }
      try await peer.send(bytes)
    }
  }

  @Test("a hundred thousand calls with a deadline of 1 ns: each is answered, none is left")
  func tinyDeadlines() async throws {
    try await ServerUnderTest.with(methods) { test in
      for _ in 0..<Self.rounds {
        let peer = try await test.peer()
        try await Self.send(Self.calls, to: peer) {
          RequestBytes(method: "Wait", timeoutNanoseconds: 1).frame($0)
        }
        try await eventually("all were answered") { peer.frames.count >= Self.calls }
        #expect(
          peer.frames.allSatisfy {
            $0.status?.code == .deadlineExceeded || $0.status?.code == .resourceExhausted
          }
        )
        try await eventually("no handler is left") { running.value == 0 }
        #expect(most.value <= 1024)
        // So many calls were given up that new ones are refused, for a moment.
        var (id, isServed) = (Self.calls * 2 - 1, false)
        for _ in 0..<10_000 where !isServed {
          id += 2
          try await peer.send(RequestBytes(method: "Echo").frame(id))
          isServed = try await peer.frames(of: id).first?.status == nil
        }
        #expect(isServed)
        try await peer.close()
      }
    }
  }

  @Test("a peer that breaks the rules and does not read is closed within its budget")
  func glitchesUnread() async throws {
    try await ServerUnderTest.with(methods) { test in
      var bytes = ByteBuffer()
      for index: UInt32 in 0..<10_000 {
        switch index % 3 {
        case 0: bytes.writeImmutableBuffer(.frame(index * 2, .request))
        case 1: bytes.writeImmutableBuffer(.frame(1 << 30 | 1, .data))
        default: bytes.writeImmutableBuffer(.frame(3, .response))
        }
      }
      for _ in 0..<Soak.count(1, soak: 1_000) {
        let peer = try await test.peer()
        try await peer.stopReading()
        try? await peer.send(bytes)
        try await eventually("the connection is gone") { test.server.connectionCount == 0 }
        try? await peer.startReading()
        try await eventually("it was closed") { !peer.isActive }
        // One answer for each violation of the budget at most.
        #expect(peer.frames.count <= ServerConfiguration().violationsPerConnectionMax)
      }
    }
  }

  @Test("peers that send a byte now and then are closed in time, and hold up nobody")
  func slowloris() async throws {
    var configuration = ServerConfiguration.patient
    configuration.frameTimeout = .milliseconds(300)
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      var peers: [RawPeer] = []
      for _ in 0..<Soak.count(50, soak: 2_000) { peers.append(try await test.peer()) }
      // A Request that says it has a megabyte: half of them never complete its head.
      let head: [UInt8] = [0, 0x10, 0, 0, 0, 0, 0, 1, 1, 0]
      for (index, peer) in peers.enumerated() {
        try await peer.send(ByteBuffer(bytes: head.prefix(index.isMultiple(of: 2) ? 5 : 10)))
      }
      let other = try await test.client()
      var round = 0
      while peers.contains(where: \.isActive) && round < 3_000 {
        for (index, peer) in peers.enumerated() where peer.isActive && index % 2 == 1 {
          try? await peer.send(ByteBuffer(bytes: [0x0a]))
        }
        #expect(try await other.call("Echo", "other").text == "other")
        round += 1
      }
      let open = peers.filter { $0.isActive }.count
      #expect(open == 0)
      await other.close()
    }
  }
}
