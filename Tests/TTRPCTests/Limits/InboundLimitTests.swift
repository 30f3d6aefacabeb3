import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("What waits for handlers is bounded")
struct InboundLimitTests {
  /// Handlers that read nothing until the gate opens, and then count.
  private static func late(_ gate: Gate) -> [ServerMethod] {
    [
      .clientStream(
        "Late",
        .async { messages, _ in
          await gate.pass()
          var count = 0
          for try await message in messages { count += message.count }
          return Bytes(ByteBuffer(string: "\(count)"))
        }
      ),
      .unary("Echo", .inline { request, _ in request }),
    ]
  }

  private func open(_ peer: RawPeer, _ id: UInt32) async throws {
    try await peer.send(RequestBytes(method: "Late", flags: .remoteOpen).frame(id))
  }

  private func message(_ id: UInt32, _ count: Int) -> ByteBuffer {
    .frame(id, .data, [], ByteBuffer(repeating: 1, count: count))
  }

  private func echo(_ peer: RawPeer, _ id: UInt32) async throws {
    try await peer.send(RequestBytes(method: "Echo").frame(id))
  }

  @Test("a stream may hold as much as it may; with more its connection is not read any further")
  func perStream() async throws {
    let gate = Gate()
    var configuration = ServerConfiguration()
    configuration.streamInboundBytesMax = 1000 + InboundFlow.messageCost
    configuration.stallTimeout = .minutes(10)
    try await ServerUnderTest.with(Self.late(gate), configuration: configuration) { test in
      let peer = try await test.peer()
      try await open(peer, 1)
      try await peer.send(message(1, 1000))
      try await echo(peer, 3)
      _ = try await peer.frames(of: 3)
      try await peer.send(message(1, 0))
      try await echo(peer, 5)
      let other = try await test.peer()
      try await echo(other, 1)
      _ = try await other.frames(of: 1)
      #expect(peer.frames.count == 1)
      gate.open()
      _ = try await peer.frames(of: 5)
      try await peer.close()
      try await other.close()
    }
  }

  @Test("all streams of a connection together may hold as much as they may")
  func perConnection() async throws {
    let gate = Gate()
    var configuration = ServerConfiguration()
    configuration.inboundBytesMax = 2 * (1000 + InboundFlow.messageCost)
    configuration.stallTimeout = .minutes(10)
    try await ServerUnderTest.with(Self.late(gate), configuration: configuration) { test in
      let peer = try await test.peer()
      for id: UInt32 in [1, 3, 5] { try await open(peer, id) }
      for id: UInt32 in [1, 3] { try await peer.send(message(id, 1000)) }
      try await echo(peer, 7)
      _ = try await peer.frames(of: 7)
      try await peer.send(message(5, 0))
      try await echo(peer, 9)
      let other = try await test.peer()
      try await echo(other, 1)
      _ = try await other.frames(of: 1)
      #expect(peer.frames.count == 1)
      gate.open()
      _ = try await peer.frames(of: 9)
      for id: UInt32 in [1, 3, 5] {
        try await peer.send(.frame(id, .data, [.remoteClosed, .noData]))
      }
      #expect(try await String(buffer: peer.frames(of: 1)[0].payload) == "1000")
      #expect(try await String(buffer: peer.frames(of: 5)[0].payload) == "0")
      try await peer.close()
      try await other.close()
    }
  }

  @Test("many small streams that no handler reads cost the largest of them first")
  func largestFirst() async throws {
    let gate = Gate()
    var configuration = ServerConfiguration()
    configuration.inboundBytesMax = 3000
    configuration.stallTimeout = .milliseconds(20)
    try await ServerUnderTest.with(Self.late(gate), configuration: configuration) { test in
      let peer = try await test.peer()
      for id: UInt32 in [1, 3, 5] { try await open(peer, id) }
      try await peer.send(message(1, 500))
      try await peer.send(message(3, 1900))
      try await peer.send(message(5, 500))
      #expect(try await peer.status(of: 3)?.code == .resourceExhausted)
      try await echo(peer, 7)
      _ = try await peer.frames(of: 7)
      #expect(peer.frames.count == 2)
      gate.open()
      try await peer.close()
    }
  }
}
