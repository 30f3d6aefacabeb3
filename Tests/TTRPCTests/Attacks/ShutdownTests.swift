import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Shutdown with a thousand calls and a hundred streams")
struct ShutdownTests {
  private static let callsOfEach: UInt32 = 100
  private static let peerCount = 10

  /// Ten peers, each with a hundred calls that wait at the gate and ten streams that never end.
  private func withCalls(
    _ body: (ServerUnderTest, [RawPeer], Gate) async throws -> Void
  ) async throws {
    let gate = Gate()
    let streams = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Hold",
        .async { request, _ in
          await gate.pass()
          return request
        }
      ),
      .stream(
        "Follow",
        .deferred { _, _, stream in
          streams.add()
          stream.onDrain { stream.fail(RPCError(.unavailable, "the server is going")) }
          stream.onEnd { streams.add(-1) }
        }
      ),
    ]
    try await ServerUnderTest.with(methods) { test in
      var peers: [RawPeer] = []
      for _ in 0..<Self.peerCount {
        let peer = try await test.peer()
        var bytes = ByteBuffer()
        for index in 0..<Self.callsOfEach {
          bytes.writeImmutableBuffer(RequestBytes(method: "Hold").frame(index * 2 + 1))
        }
        for index in Self.callsOfEach..<Self.callsOfEach + 10 {
          let request = RequestBytes(method: "Follow", flags: .remoteClosed)
          bytes.writeImmutableBuffer(request.frame(index * 2 + 1))
        }
        try await peer.send(bytes)
        peers.append(peer)
      }
      try await eventually("all calls wait") { gate.waiting == 1_000 && streams.value == 100 }
      try await body(test, peers, gate)
      try await eventually("no stream is left") { streams.value == 0 }
      #expect(test.server.connectionCount == 0)
    }
  }

  @Test("every call that ends in time is answered, and every stream is told", arguments: 1...5)
  func inTime(attempt: Int) async throws {
    try await withCalls { test, peers, gate in
      async let shutdown: Void = test.server.shutdown(grace: .seconds(60))
      for peer in peers {
        let last = (Self.callsOfEach + 9) * 2 + 1
        #expect(try await peer.status(of: last)?.code == .unavailable)
      }
      gate.open()
      await shutdown
      for peer in peers {
        try await eventually("the peer was closed") { !peer.isActive }
        let answers = peer.frames.filter { $0.header.streamID.rawValue < Self.callsOfEach * 2 }
        #expect(answers.count == Int(Self.callsOfEach))
        #expect(answers.allSatisfy { $0.status == nil })
      }
    }
  }

  @Test("what does not end within the grace time is answered with UNAVAILABLE")
  func tooLate() async throws {
    try await withCalls { test, peers, gate in
      await test.server.shutdown(grace: .milliseconds(50))
      for peer in peers {
        try await eventually("the peer was closed") { !peer.isActive }
        let answers = peer.frames.filter { $0.header.type == .response }
        #expect(answers.count == Int(Self.callsOfEach) + 10)
        #expect(answers.allSatisfy { $0.status?.code == .unavailable })
      }
      gate.open()
    }
  }
}
