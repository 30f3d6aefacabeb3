import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("The client and the extensions")
struct ClientExtensionTests {
  private static func window(of frame: RawPeer.Frame?) -> UInt64? {
    guard let payload = frame.flatMap({ ProtobufFields($0.data).bytes(3) }) else { return nil }
    return ProtobufFields(payload).number(1)
  }

  private static func isExtension(_ frame: RawPeer.Frame) -> Bool {
    frame.header.type.rawValue > 3
  }

  @Test("the first call asks for them, with the client's window, and nobody waits for the answer")
  func asks() async throws {
    var configuration = ClientConfiguration.patient
    configuration.initialWindow = 12_345
    try await RawServer.with(.silent, configuration: configuration) { server, client in
      async let answer = client.call("Echo")
      let id = try await server.request("Echo")
      #expect(server.negotiation?.header.streamID == StreamID(1))
      #expect(Self.window(of: server.negotiation) == 12_345)
      #expect(id == 3)
      #expect(client.openStreamCount == 1, "the call of the connection itself does not count")
      try await server.send(.response(id, ByteBuffer(string: "here")))
      #expect(try await answer.text == "here")
    }
  }

  @Test("a client that is told not to does not ask")
  func doesNotAsk() async throws {
    var configuration = ClientConfiguration.patient
    configuration.negotiatesExtensions = false
    try await RawServer.with(configuration: configuration) { server, client in
      async let answer = client.call("Echo")
      let id = try await server.request("Echo")
      #expect(id == 1 && server.negotiation == nil)
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test(
    "a server that does not agree never sees a frame that ttrpc does not have",
    arguments: [StatusCode.unimplemented, .notFound, .internal, .unauthenticated]
  )
  func refused(code: StatusCode) async throws {
    try await RawServer.with(.refuses(code)) { server, client in
      try await Self.giveUpInEveryWay(server, client)
      #expect(!server.frames.contains(where: Self.isExtension))
    }
  }

  @Test("nor does one that has not answered yet; once it agrees it is told what was given up")
  func lateAgreement() async throws {
    try await RawServer.with(.silent) { server, client in
      try await Self.giveUpInEveryWay(server, client)
      #expect(!server.frames.contains(where: Self.isExtension))
      try await server.send(.response(1, ByteBuffer()))
      try await eventually("it is told") {
        server.frames.filter { $0.header.type == .cancel }.count == 4
      }
    }
  }

  @Test("a server that agrees is told of every call that is given up, with the reason")
  func cancels() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      try await Self.giveUpInEveryWay(server, client)
      try await eventually("it is told") {
        server.frames.filter { $0.header.type == .cancel }.count == 4
      }
      let codes = server.frames.filter { $0.header.type == .cancel }
        .map { ProtobufFields($0.data).number(1) }
      #expect(codes == [1, 1, 4, 1])
    }
  }

  /// A unary call that is cancelled, a stream that is left, a call that is late and a sender that
  /// throws; then a call that is answered, so that everything before it has arrived.
  private static func giveUpInEveryWay(
    _ server: RawServer,
    _ client: ClientConnection
  ) async throws {
    let cancelled = Task { try await client.call("Cancelled") }
    _ = try await server.request("Cancelled")
    cancelled.cancel()
    await #expect(throws: RPCError.self) { try await cancelled.value }
    do {
      let left = try await client.stream("Left")
      let id = try await server.request("Left")
      try await server.send(.data(id, "a"))
      for try await _ in left { break }
    }
    await #expect(throws: RPCError.self) {
      try await client.call("Late", "", CallOptions(timeout: .milliseconds(10)))
    }
    await #expect(throws: CancellationError.self) {
      try await client.upload("Thrown") { _ in
        _ = try await server.request("Thrown")
        throw CancellationError()
      }
    }
    async let answer = client.call("Echo")
    let id = try await server.request("Echo")
    try await server.send(.response(id, ByteBuffer()))
    _ = try await answer
  }

  @Test("a Cancel from the server ends the call with its status, whatever the call is")
  func cancelled() async throws {
    try await RawServer.with(.agrees(window: 0)) { server, client in
      let status = ByteBuffer.status(.resourceExhausted, "too slow")
      let unary = Task { try await client.call("Unary") }
      try await server.send(.frame(try await server.request("Unary"), .cancel, [], status))
      let one = await #expect(throws: RPCError.self) { try await unary.value }
      #expect(one == RPCError(.resourceExhausted, "too slow"))
      let stream = try await client.both("Both") { _ in await untilCancelled() }
      let id = try await server.request("Both")
      try await server.send(.data(id, "a"), .frame(id, .cancel, [], status))
      let iterator = stream.makeAsyncIterator()
      #expect(try await iterator.next()?.text == "a")
      let two = await #expect(throws: RPCError.self) { try await iterator.next() }
      #expect(two == RPCError(.resourceExhausted, "too slow"))
      let nonsense = Task { try await client.call("Nonsense") }
      let third = try await server.request("Nonsense")
      try await server.send(.frame(third, .cancel, [], ByteBuffer(repeating: 0xff, count: 9)))
      let three = await #expect(throws: RPCError.self) { try await nonsense.value }
      #expect(three?.code == .cancelled)
    }
  }

  // MARK: Windows

  @Test("a writer waits for credit, with a message larger than the window when it is whole")
  func sendWindow() async throws {
    try await RawServer.with(.agrees(window: 10)) { server, client in
      try await Self.settleNegotiation(server, client)
      async let answer = client.upload("Upload") { writer in
        for count in [4, 6, 1, 30, 0, 5] { try await writer.write(Bytes(count: count)) }
      }
      let id = try await server.request("Upload")
      func sizes(_ count: Int) async throws -> [Int] {
        try await server.frames(of: id, type: .data, count: count).map(\.data.readableBytes)
      }
      #expect(try await sizes(2) == [4, 6])
      try await Self.passTime(server, client, "Other \(#line)")
      #expect(server.frames(of: id, type: .data).count == 2)
      try await server.send(.windowUpdate(id, 1))
      #expect(try await sizes(3) == [4, 6, 1])
      try await server.send(.windowUpdate(id, 9))
      try await Self.passTime(server, client, "Other \(#line)")
      #expect(server.frames(of: id, type: .data).count == 3, "the window is not whole")
      try await server.send(.windowUpdate(id, 1))
      #expect(try await sizes(4) == [4, 6, 1, 30])
      try await server.send(.windowUpdate(id, 20))
      #expect(try await sizes(5) == [4, 6, 1, 30, 0])
      try await server.send(.windowUpdate(id, 5))
      #expect(try await sizes(7) == [4, 6, 1, 30, 0, 5, 0])
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test("what was sent before the server agreed counts")
  func debt() async throws {
    try await RawServer.with(.silent) { server, client in
      let isAgreed = Gate()
      async let answer = client.upload("Upload") { writer in
        try await writer.write(Bytes(count: 25))
        await isAgreed.pass()
        try await writer.write(Bytes(count: 5))
      }
      let id = try await server.request("Upload")
      try await server.frames(of: id, type: .data, count: 1)
      var agreement = ByteBuffer()
      agreement.writeVarint(1 << 3)
      agreement.writeVarint(10)
      try await server.send(.response(1, agreement))
      try await Self.passTime(server, client, "Other \(#line)")
      isAgreed.open()
      try await server.send(.windowUpdate(id, 19))
      try await Self.passTime(server, client, "Second")
      #expect(server.frames(of: id, type: .data).count == 1, "15 in debt, 4 to spend")
      try await server.send(.windowUpdate(id, 1))
      try await server.frames(of: id, type: .data, count: 2)
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test("a reader's messages are granted when it has taken them, all of them in the end")
  func receiveWindow() async throws {
    var configuration = ClientConfiguration.patient
    configuration.initialWindow = 1000
    try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
      try await Self.settleNegotiation(server, client)
      let iterator = try await client.stream("Stream").makeAsyncIterator()
      let id = try await server.request("Stream")
      let message = ByteBuffer(repeating: 1, count: 100)
      for _ in 0..<10 { try await server.send(.frame(id, .data, [], message)) }
      try await Self.passTime(server, client, "Other \(#line)")
      #expect(server.frames(of: id, type: .windowUpdate).isEmpty, "nobody has taken anything")
      for _ in 0..<10 { #expect(try await iterator.next() != nil) }
      func granted() -> UInt32 {
        server.frames(of: id, type: .windowUpdate)
          .reduce(0) { $0 + ($1.data.getInteger(at: $1.data.readerIndex) ?? 0) }
      }
      try await eventually("everything is granted") {
        server.frames(of: id, type: .windowUpdate)
          .reduce(UInt32(0)) { $0 + ($1.data.getInteger(at: $1.data.readerIndex) ?? 0) } == 1000
      }
      #expect(server.frames(of: id, type: .windowUpdate).count < 10, "in few frames")
      try await server.send(.endOfStream(id))
      #expect(try await iterator.next() == nil)
      #expect(granted() == 1000)
    }
  }

  @Test("with windows a stream that nobody reads holds up no other, and is not ended")
  func unread() async throws {
    var configuration = ClientConfiguration.patient
    configuration.stallTimeout = .milliseconds(1)
    try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
      try await Self.settleNegotiation(server, client)
      let stream = try await client.stream("Stream")
      let id = try await server.request("Stream")
      try await server.send(.frame(id, .data, [], ByteBuffer(repeating: 1, count: 262_144)))
      for number in 0..<20 { try await Self.passTime(server, client, "Other \(number)") }
      try await server.send(.endOfStream(id))
      #expect(try await stream.texts().map(\.utf8.count) == [262_144])
    }
  }

  /// Returns once the client has handled the server's answer about the extensions.
  static func settleNegotiation(_ server: RawServer, _ client: ClientConnection) async throws {
    try await passTime(server, client, "Settle")
  }

  /// A call and its answer, after which both sides have handled all that came before.
  static func passTime(
    _ server: RawServer,
    _ client: ClientConnection,
    _ name: String
  ) async throws {
    async let answer = client.call(name)
    let id = try await server.request(name)
    try await server.send(.response(id, ByteBuffer()))
    _ = try await answer
  }
}
