import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Limits of bytes")
struct ByteLimitTests {
  private static let echo: [ServerMethod] = [.unary("Echo", .inline { request, _ in request })]

  @Test("a frame of as many bytes as allowed is served, one more is RESOURCE_EXHAUSTED")
  func frameBytes() async throws {
    let request = RequestBytes(method: "Echo", payload: ByteBuffer(repeating: 7, count: 500))
    let frame = request.frame(1)
    var configuration = ServerConfiguration()
    configuration.frameDataLengthMax = frame.readableBytes - FrameHeader.length
    try await ServerUnderTest.with(Self.echo, configuration: configuration) { test in
      let peer = try await test.peer()
      try await peer.send(frame)
      #expect(try await peer.frames(of: 1).first?.status == nil)
      var longer = request
      longer.payload.writeInteger(UInt8(7))
      try await peer.send(longer.frame(3))
      #expect(try await peer.status(of: 3)?.code == .resourceExhausted)
      try await peer.send(request.frame(5))
      #expect(try await peer.frames(of: 5).first?.status == nil)
      try await peer.close()
    }
  }

  @Test("a stream's writer may have so many bytes under way, one more makes it wait")
  func streamBytes() async throws {
    let payload = 1000
    for (limit, credit) in [
      (payload + FrameHeader.length + 1, StreamCredit.available),
      (payload + FrameHeader.length, .exhausted),
    ] {
      var configuration = ServerConfiguration()
      configuration.streamBytesMax = limit
      let credits = Box<[StreamCredit]>([])
      let method = ServerMethod.stream(
        "One",
        .deferred { _, _, stream in
          credits.change { $0.append(stream.send(Bytes(count: payload))) }
          stream.finish()
        }
      )
      try await ServerUnderTest.with([method], configuration: configuration) { test in
        let peer = try await test.peer()
        try await peer.send(RequestBytes(method: "One").frame(1))
        _ = try await peer.frames(of: 1, count: 2)
        #expect(credits.value == [credit])
        try await peer.close()
      }
    }
  }

  /// Sends 16 MiB at once to a peer that does not read, more than the system's buffers take.
  private static let flood = ServerMethod.stream(
    "Flood",
    .deferred { _, _, stream in
      for _ in 0..<256 { _ = stream.send(Bytes(count: 64 << 10)) }
      stream.finish()
    }
  )

  @Test("a peer may leave so many bytes unread, with more its connection is closed")
  func connectionBytes() async throws {
    for (limit, isClosed) in [(64 << 20, false), (1 << 20, true)] {
      var configuration = ServerConfiguration()
      configuration.streamBytesMax = 64 << 20
      configuration.outboundBytesMax = limit
      try await ServerUnderTest.with(Self.echo + [Self.flood], configuration: configuration) {
        test in
        let peer = try await test.peer()
        try await peer.stopReading()
        try await peer.send(RequestBytes(method: "Flood").frame(1))
        if isClosed {
          try await eventually("it was closed") { test.server.connectionCount == 0 }
        } else {
          try await peer.startReading()
          try await eventually("all of it came") { peer.receivedBytes > 16 << 20 }
        }
        #expect(test.server.connectionCount == (isClosed ? 0 : 1))
        try? await peer.close()
      }
    }
  }

  @Test("above its watermark of unread bytes a peer's calls wait, below it they are made")
  func watermark() async throws {
    for (limit, isHeldBack) in [(32 << 20, false), (64 << 10, true)] {
      var configuration = ServerConfiguration()
      configuration.streamBytesMax = 64 << 20
      configuration.outboundHighWatermark = limit
      let calls = Counter()
      let method = ServerMethod.unary(
        "Count",
        .inline { request, _ in
          calls.add()
          return request
        }
      )
      try await ServerUnderTest.with([method, Self.flood], configuration: configuration) { test in
        let peer = try await test.peer()
        try await peer.stopReading()
        try await peer.send(RequestBytes(method: "Flood").frame(1))
        let other = try await test.client()
        _ = try? await other.call("Count")
        #expect(calls.value == 1)
        try await peer.send(RequestBytes(method: "Count").frame(3))
        if !isHeldBack { try await eventually("it was made") { calls.value == 2 } }
        // The loop is one: what was sent before is read before.
        for _ in 0..<20 { _ = try await other.call("Count") }
        #expect(calls.value == (isHeldBack ? 21 : 22))
        try await peer.startReading()
        try await eventually("it was made after all") { calls.value == 22 }
        await other.close()
        try await peer.close()
      }
    }
  }
}
