import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Windows, cancel and ping, byte by byte")
struct WindowTests {
  private static let much = ServerMethod.stream(
    "Much",
    .async { request, _, writer in
      for number in 0..<(Int(request.text) ?? 0) {
        try await writer.write(Bytes(ByteBuffer(string: "\(number % 10)000")))
      }
    }
  )

  /// A peer that has agreed on the extensions, on stream 1.
  private func negotiated(
    _ test: ServerUnderTest,
    window: UInt64
  ) async throws -> RawPeer {
    let peer = try await test.peer()
    var payload = ByteBuffer()
    payload.writeVarint(1 << 3)
    payload.writeVarint(window)
    try await peer.send(
      RequestBytes(
        service: "ttrpc.extensions.v1.Connection",
        method: "Negotiate",
        payload: payload
      ).frame(1)
    )
    let answer = try #require(await peer.frames(of: 1).first)
    #expect(answer.status == nil)
    #expect(ProtobufFields(answer.payload).number(1) == UInt64(SendWindow.defaultSize))
    return peer
  }

  private func grant(_ id: UInt32, _ count: UInt32) -> ByteBuffer {
    .frame(id, .windowUpdate, [], ByteBuffer(integer: count))
  }

  /// Data bytes of a stream that have come, once that has not changed for a round trip.
  private func received(_ peer: RawPeer, _ id: UInt32, echo: UInt32) async throws -> Int {
    try await peer.send(RequestBytes(method: "Echo").frame(echo))
    _ = try await peer.frames(of: echo)
    return peer.frames.filter { $0.header.streamID.rawValue == id && $0.header.type == .data }
      .reduce(0) { $0 + $1.header.dataLength }
  }

  @Test("a stream sends as much as was granted, not a byte more, and its end waits its turn")
  func window() async throws {
    let echo = ServerMethod.unary("Echo", .inline { request, _ in request })
    try await ServerUnderTest.with([Self.much, echo]) { test in
      let peer = try await negotiated(test, window: 10)
      try await peer.send(
        RequestBytes(method: "Much", payload: ByteBuffer(string: "5"), flags: .remoteClosed)
          .frame(3)
      )
      // Two messages of four bytes; the third would be over.
      _ = try await peer.frames(of: 3, count: 2)
      #expect(try await received(peer, 3, echo: 5) == 8)
      try await peer.send(grant(3, 1))
      #expect(try await received(peer, 3, echo: 7) == 8)
      try await peer.send(grant(3, 1))
      _ = try await peer.frames(of: 3, count: 3)
      #expect(try await received(peer, 3, echo: 9) == 12)
      try await peer.send(grant(3, 8))
      let frames = try await peer.frames(of: 3, count: 6)
      #expect(
        frames.map { String(buffer: $0.data) } == ["0000", "1000", "2000", "3000", "4000", ""]
      )
      #expect(frames.last?.header.flags == [.remoteClosed, .noData])
      try await peer.close()
    }
  }

  @Test("a message larger than the window is sent when the window is whole")
  func largeMessage() async throws {
    let methods: [ServerMethod] = [
      .stream(
        "Large",
        .async { _, _, writer in
          try await writer.write(Bytes(count: 5))
          try await writer.write(Bytes(count: 5000))
        }
      ),
      .unary("Echo", .inline { request, _ in request }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await negotiated(test, window: 100)
      try await peer.send(RequestBytes(method: "Large", flags: .remoteClosed).frame(3))
      _ = try await peer.frames(of: 3)
      try await peer.send(grant(3, 4))
      #expect(try await received(peer, 3, echo: 5) == 5)
      try await peer.send(grant(3, 1))
      let frames = try await peer.frames(of: 3, count: 3)
      #expect(frames.map(\.header.dataLength) == [5, 5000, 0])
      try await peer.close()
    }
  }

  @Test("one stream without credit holds up no other, and not its connection")
  func independence() async throws {
    try await ServerUnderTest.with([Self.much]) { test in
      let peer = try await negotiated(test, window: 4)
      for id: UInt32 in [3, 5] {
        try await peer.send(
          RequestBytes(method: "Much", payload: ByteBuffer(string: "100"), flags: .remoteClosed)
            .frame(id)
        )
      }
      for _ in 0..<99 { try await peer.send(grant(5, 4)) }
      #expect(try await peer.frames(of: 5, count: 101).count == 101)
      #expect(peer.frames.filter { $0.header.streamID.rawValue == 3 }.count == 1)
      try await peer.close()
    }
  }

  @Test("a client is granted what the handler takes, to the last byte")
  func grants() async throws {
    let gate = Gate()
    let methods: [ServerMethod] = [
      .clientStream(
        "Sink",
        .async { messages, _ in
          await gate.pass()
          for try await _ in messages {}
          return "done"
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await negotiated(test, window: 100)
      try await peer.send(RequestBytes(method: "Sink", flags: .remoteOpen).frame(3))
      let chunk = ByteBuffer(repeating: 1, count: 1000)
      for _ in 0..<200 { try await peer.send(.frame(3, .data, [], chunk)) }
      try await eventually("the handler waits") { gate.waiting == 1 }
      #expect(peer.frames.allSatisfy { $0.header.type != .windowUpdate })
      gate.open()
      try await eventually("all is granted") {
        peer.frames.reduce(0) { sum, frame in
          guard frame.header.type == .windowUpdate else { return sum }
          return sum + Int(frame.data.getInteger(at: frame.data.readerIndex, as: UInt32.self) ?? 0)
        } == 200_000
      }
      try await peer.send(.frame(3, .data, [.remoteClosed, .noData]))
      try await eventually("it is answered") { peer.frames.last?.header.type == .response }
      try await peer.close()
    }
  }

  @Test("Cancel ends the handler's task and is not answered")
  func cancel() async throws {
    let cancelled = Counter()
    let started = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { _, _ in
          started.add()
          await untilCancelled()
          cancelled.add()
          return Bytes()
        }
      ),
      .unary("Echo", .inline { request, _ in request }),
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await negotiated(test, window: 100)
      try await peer.send(RequestBytes(method: "Wait").frame(3))
      try await eventually("it runs") { started.value == 1 }
      try await peer.send(.frame(3, .cancel))
      try await eventually("it was cancelled") { cancelled.value == 1 }
      try await peer.send(.frame(3, .cancel))
      try await peer.send(RequestBytes(method: "Echo").frame(5))
      _ = try await peer.frames(of: 5)
      #expect(peer.frames.filter { $0.header.streamID.rawValue == 3 }.isEmpty)
      try await peer.close()
    }
  }

  @Test("opening and cancelling without end closes the connection")
  func cancelFlood() async throws {
    let methods: [ServerMethod] = [
      .unary(
        "Wait",
        .async { _, _ in
          await untilCancelled()
          return Bytes()
        }
      )
    ]
    var configuration = ServerConfiguration()
    configuration.cancelBurst = 10
    configuration.cancelsPerSecond = 0
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let peer = try await negotiated(test, window: 100)
      for number: UInt32 in 0..<10 {
        try await peer.send(RequestBytes(method: "Wait").frame(2 * number + 3))
        try await peer.send(.frame(2 * number + 3, .cancel))
      }
      try await peer.send(.frame(0, .ping, [], ByteBuffer(integer: UInt64(7))))
      _ = try await peer.frames(of: 0)
      #expect(peer.isActive)
      try await peer.send(RequestBytes(method: "Wait").frame(99))
      try await peer.send(.frame(99, .cancel))
      try await eventually("it was closed") { !peer.isActive }
    }
  }

  @Test("a Ping comes back with its bytes, and too many close the connection")
  func ping() async throws {
    var configuration = ServerConfiguration()
    configuration.pingBurst = 5
    configuration.pingsPerSecond = 0
    try await ServerUnderTest.with([Self.much], configuration: configuration) { test in
      let peer = try await negotiated(test, window: 100)
      for number: UInt64 in 1...5 {
        try await peer.send(.frame(0, .ping, [], ByteBuffer(integer: number &* 0x0102_0304_0506)))
        let answer = try await peer.frames(of: 0, count: Int(number))[Int(number) - 1]
        #expect(answer.header.type == .ping)
        #expect(answer.header.flags == .acknowledgement)
        #expect(answer.data == ByteBuffer(integer: number &* 0x0102_0304_0506))
      }
      // An answer to a question nobody asked changes nothing.
      try await peer.send(.frame(0, .ping, .acknowledgement, ByteBuffer(integer: UInt64(1))))
      try await peer.send(.frame(0, .ping, [], ByteBuffer(integer: UInt64(1))))
      try await eventually("it was closed") { !peer.isActive }
    }
  }

  @Test("a silent client is asked whether it is there, and closed when it does not say so")
  func keepalive() async throws {
    var configuration = ServerConfiguration()
    configuration.keepaliveInterval = .milliseconds(20)
    configuration.keepaliveTimeout = .seconds(4)
    configuration.frameTimeout = .milliseconds(40)
    try await ServerUnderTest.with([Self.much], configuration: configuration) { test in
      let plain = try await test.peer()
      try await plain.send(RequestBytes(method: "Nothing").frame(1))
      let peer = try await negotiated(test, window: 100)
      let question = try await peer.frames(of: 0)[0]
      #expect(question.header.type == .ping && question.header.flags == [])
      try await peer.send(.frame(0, .ping, .acknowledgement, question.data))
      _ = try await peer.frames(of: 0, count: 2)
      try await eventually("it was closed") { !peer.isActive }
      #expect(plain.isActive)
      #expect(plain.frames.count == 1)
      try await plain.close()
    }
  }

  @Test("answers that a peer provokes and does not take are bounded")
  func automaticAnswers() async throws {
    var configuration = ServerConfiguration()
    configuration.automaticAnswersMax = 8
    configuration.violationsPerConnectionMax = 1_000_000
    try await ServerUnderTest.with([Self.much], configuration: configuration) { test in
      let atLimit = try await test.peer()
      var frames = ByteBuffer()
      for _ in 0..<8 { frames.writeImmutableBuffer(.frame(2, .request)) }
      try await atLimit.send(frames)
      _ = try await atLimit.frames(of: 2, count: 8)
      try await atLimit.send(frames)
      _ = try await atLimit.frames(of: 2, count: 16)
      try await atLimit.close()
      let beyond = try await test.peer()
      frames.writeImmutableBuffer(.frame(2, .request))
      try await beyond.send(frames)
      try await eventually("it was closed") { !beyond.isActive }
    }
  }
}
