import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Streams that the client sends, byte by byte")
struct ClientStreamTests {
  private static let methods: [ServerMethod] = [
    .clientStream(
      "Join",
      .async { messages, _ in
        var texts: [String] = []
        for try await message in messages { texts.append("[\(message.text)]") }
        return Bytes(ByteBuffer(string: texts.joined()))
      }
    ),
    .bidirectional(
      "Echo",
      .async { messages, _, writer in
        for try await message in messages { try await writer.write(message) }
      }
    ),
    .clientStream(
      "First",
      .async { messages, _ in
        for try await message in messages { return message }
        return "none"
      }
    ),
    .clientStream(
      "Refuse",
      .async { _, _ in throw RPCError(.failedPrecondition, "not now") }
    ),
  ]

  /// What a client sends after opening `Join`, and what the handler has got in the end.
  static let closings: [(name: String, request: FrameFlags, frames: [ByteBuffer], joined: String)] =
    [
      ("a close of its own", .remoteOpen, [data("a"), data("b"), close], "[a][b]"),
      (
        "the close on the last message", .remoteOpen, [data("a"), data("b", .remoteClosed)],
        "[a][b]"
      ),
      ("nothing but the close", .remoteOpen, [close], ""),
      ("an empty message", .remoteOpen, [data(""), close], "[]"),
      ("an empty last message", .remoteOpen, [data("a"), data("", .remoteClosed)], "[a][]"),
      ("closed by the Request", .remoteClosed, [], ""),
      ("a Request without flags", [], [data("a"), close], "[a]"),
      ("a Request with all flags", FrameFlags(rawValue: 0xfe), [data("a"), close], "[a]"),
      (
        "frames that carry nothing in between", .remoteOpen,
        [data("a"), data("", .noData), data("dropped", .noData), data("b"), close], "[a][b]"
      ),
    ]

  private static func data(_ text: String, _ flags: FrameFlags = []) -> ByteBuffer {
    .frame(1, .data, flags, ByteBuffer(string: text))
  }
  private static let close = ByteBuffer.frame(1, .data, [.remoteClosed, .noData])

  @Test("is read whole", arguments: closings.indices, [true, false])
  func closing(index: Int, inOneWrite: Bool) async throws {
    let (name, flags, frames, joined) = Self.closings[index]
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      let writes = [RequestBytes(method: "Join", flags: flags).frame(1)] + frames
      if inOneWrite {
        try await peer.send(writes.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) })
      } else {
        for write in writes { try await peer.send(write) }
      }
      let answer = try await peer.frames(of: 1)
      #expect(answer.count == 1)
      #expect(answer[0].status == nil)
      #expect(String(buffer: answer[0].payload) == joined, "\(name)")
      try await peer.close()
    }
  }

  @Test("a message in the Request itself comes first")
  func payloadInRequest() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      let payload = ByteBuffer(string: "zero")
      var frames = RequestBytes(method: "Join", payload: payload, flags: .remoteOpen).frame(1)
      frames.writeImmutableBuffer(Self.data("one", .remoteClosed))
      try await peer.send(frames)
      let only = RequestBytes(method: "Join", payload: payload, flags: .remoteClosed)
      try await peer.send(only.frame(3))
      #expect(try await String(buffer: peer.frames(of: 1)[0].payload) == "[zero][one]")
      #expect(try await String(buffer: peer.frames(of: 3)[0].payload) == "[zero]")
      try await peer.close()
    }
  }

  @Test("a bidirectional stream answers as it goes and ends with one closing frame")
  func bidirectional() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Echo", flags: .remoteOpen).frame(1))
      for number in 1...20 {
        try await peer.send(Self.data("\(number)"))
        let frames = try await peer.frames(of: 1, count: number)
        #expect(String(buffer: frames[number - 1].data) == "\(number)")
      }
      try await peer.send(Self.close)
      let frames = try await peer.frames(of: 1, count: 21)
      #expect(frames.count == 21)
      #expect(frames[20].header.type == .data)
      #expect(frames[20].header.flags == [.remoteClosed, .noData])
      #expect(frames[20].data.readableBytes == 0)
      try await peer.close()
    }
  }

  @Test("a handler that answers early ends the stream; what still comes is dropped in silence")
  func earlyAnswer() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "First", flags: .remoteOpen).frame(1))
      try await peer.send(Self.data("first"))
      #expect(try await String(buffer: peer.frames(of: 1)[0].payload) == "first")
      for _ in 0..<300 { try await peer.send(Self.data("late")) }
      try await peer.send(Self.close)
      try await peer.send(RequestBytes(method: "First", flags: .remoteClosed).frame(3))
      #expect(try await String(buffer: peer.frames(of: 3)[0].payload) == "none")
      #expect(peer.frames.count == 2)
      try await peer.close()
    }
  }

  @Test("a handler that fails without reading answers its status")
  func refusal() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Refuse", flags: .remoteOpen).frame(1))
      #expect(try await peer.status(of: 1) == RPCError(.failedPrecondition, "not now"))
      try await peer.close()
    }
  }

  @Test("a handler that reads is cancelled when its connection is lost, and nothing of it is left")
  func lostConnection() async throws {
    let outcomes = Box<[String]>([])
    let methods: [ServerMethod] = [
      .clientStream(
        "Read",
        .async { messages, _ in
          do {
            for try await _ in messages {}
            outcomes.change { $0.append("ended well") }
          } catch let error as RPCError {
            outcomes.change { $0.append("\(error.code)") }
            throw error
          }
          return Bytes()
        }
      )
    ]
    try await ServerUnderTest.with(methods) { test in
      let peer = try await test.peer()
      for id: UInt32 in [1, 3, 5] {
        try await peer.send(RequestBytes(method: "Read", flags: .remoteOpen).frame(id))
        try await peer.send(.frame(id, .data, [], ByteBuffer(string: "x")))
      }
      try await peer.reset()
      try await eventually("all noticed") { outcomes.value.count == 3 }
      #expect(outcomes.value == ["CANCELLED", "CANCELLED", "CANCELLED"])
      try await eventually("it is gone") { test.server.connectionCount == 0 }
    }
  }

  @Test("a plain client is held back while a handler does not read, and none of it is lost")
  func heldBack() async throws {
    let gate = Gate()
    let methods: [ServerMethod] = [
      .clientStream(
        "Late",
        .async { messages, _ in
          await gate.pass()
          var count = 0
          for try await message in messages { count += message.count }
          return Bytes(ByteBuffer(string: "\(count)"))
        }
      )
    ]
    var configuration = ServerConfiguration.patient
    configuration.stallTimeout = .minutes(10)
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Late", flags: .remoteOpen).frame(1))
      let sending = Task {
        for _ in 0..<400 {
          try await peer.send(.frame(1, .data, [], ByteBuffer(repeating: 1, count: 64 << 10)))
        }
        try await peer.send(Self.close)
      }
      try await eventually("the handler waits") { gate.waiting == 1 }
      gate.open()
      try await sending.value
      #expect(try await String(buffer: peer.frames(of: 1)[0].payload) == "\(400 * (64 << 10))")
      try await peer.close()
    }
  }

  @Test("a handler that never reads loses its stream, and the others of the connection go on")
  func stalled() async throws {
    let methods: [ServerMethod] = [
      .clientStream(
        "Stuck",
        .async { messages, _ in
          await untilCancelled()
          _ = messages
          return Bytes()
        }
      ),
      .unary("Echo", .inline { request, _ in request }),
    ]
    var configuration = ServerConfiguration.patient
    configuration.stallTimeout = .milliseconds(50)
    try await ServerUnderTest.with(methods, configuration: configuration) { test in
      let peer = try await test.peer()
      try await peer.send(RequestBytes(method: "Stuck", flags: .remoteOpen).frame(1))
      for _ in 0..<8 {
        try await peer.send(.frame(1, .data, [], ByteBuffer(repeating: 1, count: 64 << 10)))
      }
      try await peer.send(
        RequestBytes(method: "Echo", payload: ByteBuffer(string: "on")).frame(3)
      )
      #expect(try await peer.status(of: 1)?.code == .resourceExhausted)
      #expect(try await String(buffer: peer.frames(of: 3)[0].payload) == "on")
      try await peer.close()
    }
  }
}
