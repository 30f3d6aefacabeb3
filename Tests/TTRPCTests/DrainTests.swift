import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Shutting down")
struct DrainTests {
  private static func waiting(_ gate: Gate) -> [ServerMethod] {
    [
      .unary(
        "Wait",
        .async { request, _ in
          await gate.pass()
          return request
        }
      ),
      .unary(
        "Stay",
        .async { _, _ in
          await untilCancelled()
          return "too late"
        }
      ),
      .stream(
        "Subscribe",
        .deferred { _, _, stream in
          _ = stream.send("begun")
          stream.onDrain {
            _ = stream.send("cursor")
            stream.fail(RPCError(.unavailable, "come back"))
          }
        }
      ),
    ]
  }

  @Test("running calls end well, streams are told, new calls get UNAVAILABLE, then all is closed")
  func drain() async throws {
    let gate = Gate()
    try await ServerUnderTest.with(Self.waiting(gate)) { test in
      let peer = try await test.peer()
      try await peer.send(
        RequestBytes(method: "Wait", payload: ByteBuffer(string: "kept")).frame(1)
      )
      try await peer.send(RequestBytes(method: "Subscribe", flags: .remoteClosed).frame(3))
      _ = try await peer.frames(of: 3)
      let idle = try await test.peer()
      try await idle.send(RequestBytes(method: "Nothing").frame(1))
      _ = try await idle.frames(of: 1)
      async let shutdown: Void = test.server.shutdown(grace: .seconds(600))
      let stream = try await peer.frames(of: 3, count: 3)
      #expect(stream.map { String(buffer: $0.data) }.prefix(2) == ["begun", "cursor"])
      #expect(stream[2].status == RPCError(.unavailable, "come back"))
      try await eventually("the idle one was closed") { !idle.isActive }
      try await peer.send(RequestBytes(method: "Wait").frame(5))
      #expect(try await peer.status(of: 5)?.code == .unavailable)
      #expect(peer.frames.allSatisfy { $0.header.type.rawValue < 0x10 }, "it is a plain client")
      gate.open()
      #expect(try await String(buffer: peer.frames(of: 1)[0].payload) == "kept")
      await shutdown
      try await eventually("it was closed") { !peer.isActive }
      await #expect(throws: (any Error).self) { try await RawPeer(to: test.address) }
    }
  }

  @Test("what still runs when the grace is over is cancelled and answered with UNAVAILABLE")
  func graceOver() async throws {
    try await ServerUnderTest.with(Self.waiting(Gate())) { test in
      let peers = [try await test.peer(), try await test.peer()]
      for peer in peers {
        for id: UInt32 in [1, 3, 5] { try await peer.send(RequestBytes(method: "Stay").frame(id)) }
        try await peer.send(RequestBytes(method: "Nothing").frame(7))
        _ = try await peer.frames(of: 7)
      }
      await test.server.shutdown(grace: .milliseconds(1))
      for peer in peers {
        for id: UInt32 in [1, 3, 5] {
          #expect(try await peer.status(of: id)?.code == .unavailable)
        }
      }
    }
  }

  @Test("a client that knows GoAway is told once, with the last stream that is served")
  func goAway() async throws {
    let gate = Gate()
    try await ServerUnderTest.with(Self.waiting(gate)) { test in
      let peer = try await test.peer()
      try await peer.send(
        RequestBytes(service: "ttrpc.extensions.v1.Connection", method: "Negotiate").frame(1)
      )
      try await peer.send(RequestBytes(method: "Wait").frame(7))
      try await peer.send(RequestBytes(method: "Nothing").frame(9))
      _ = try await peer.frames(of: 9)
      async let shutdown: Void = test.server.shutdown(grace: .seconds(600))
      let frame = try await peer.frames(of: 0)[0]
      #expect(frame.header.type == .goAway)
      let goAway = ProtobufFields(frame.data)
      #expect(goAway.number(1) == 9)
      #expect((goAway.number(3) ?? 0) > 0)
      gate.open()
      _ = try await peer.frames(of: 7)
      await shutdown
      #expect(peer.frames.filter { $0.header.type == .goAway }.count == 1)
    }
  }

  @Test("all answers arrive although the client sent more than was read", arguments: 1...10)
  func nothingIsResetAway(round: Int) async throws {
    let gate = Gate()
    try await ServerUnderTest.with(Self.waiting(gate)) { test in
      let peer = try await test.peer()
      for id: UInt32 in stride(from: 1, to: 101, by: 2) {
        try await peer.send(RequestBytes(method: "Wait").frame(id))
      }
      try await eventually("all wait") { gate.waiting == 50 }
      async let shutdown: Void = test.server.shutdown(grace: .seconds(600))
      gate.open()
      for id: UInt32 in stride(from: 101, to: 301, by: 2) {
        try? await peer.send(RequestBytes(method: "Wait").frame(id))
      }
      for id: UInt32 in stride(from: 1, to: 101, by: 2) {
        #expect(try await peer.frames(of: id)[0].status == nil)
      }
      await shutdown
    }
  }
}
