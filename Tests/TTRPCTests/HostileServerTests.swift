import NIOCore
import RPC
import SeededRandom
import TTRPC
import TTRPCWire
import Testing

@Suite("Servers that mean no good")
struct HostileServerTests {
  /// Frames that break a rule each, and no stream.
  private static let violations: [(String, ByteBuffer)] = [
    ("a Request", .frame(3, .request)),
    ("a Response to nothing", .response(101, ByteBuffer())),
    ("a Response on an even stream", .response(2, ByteBuffer())),
    ("Data on the connection", .data(0, "a")),
    ("a grant of nothing", .windowUpdate(3, 0)),
    ("a grant to a stream never opened", .windowUpdate(101, 5)),
    ("a grant of three bytes", .frame(3, .windowUpdate, [], ByteBuffer(repeating: 1, count: 3))),
    ("a grant without data", .frame(3, .windowUpdate)),
    ("a grant to the connection", .windowUpdate(0, 5)),
    ("a Cancel of a stream never opened", .frame(101, .cancel)),
    ("a Cancel of the connection", .frame(0, .cancel)),
    ("a Ping of seven bytes", .frame(0, .ping, [], ByteBuffer(repeating: 1, count: 7))),
    ("a Ping of nine bytes", .frame(0, .ping, [], ByteBuffer(repeating: 1, count: 9))),
    ("a Ping on a stream", .frame(3, .ping, [], ByteBuffer(repeating: 1, count: 8))),
    ("a GoAway on a stream", .frame(3, .goAway)),
    ("a GoAway that does not decode", .frame(0, .goAway, [], ByteBuffer(repeating: 255, count: 4))),
    ("an unknown type on the connection", .frame(0, FrameType(rawValue: 99))),
  ]

  @Test("each of them is survived, and the call beside it goes on")
  func survived() async throws {
    for (name, frame) in Self.violations {
      try await RawServer.with(.agrees(window: 0)) { server, client in
        async let answer = client.upload("Upload") { try await $0.write("a") }
        let id = try await server.request("Upload")
        try await server.send(frame, .response(id, ByteBuffer(string: "well")))
        #expect(try await answer.text == "well", "\(name)")
      }
    }
  }

  @Test("too many of them close the connection, and nobody hangs")
  func budget() async throws {
    var configuration = ClientConfiguration.patient
    configuration.violationsMax = 10
    for (name, frame) in Self.violations {
      try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
        let answer = Task { try await client.upload("Upload") { _ in await untilCancelled() } }
        _ = try await server.request("Upload")
        for _ in 0..<11 { try? await server.send(frame) }
        let error = await #expect(throws: RPCError.self, "\(name)") { try await answer.value }
        #expect(error?.code == .unavailable, "\(name)")
        await client.waitUntilClosed()
      }
    }
  }

  @Test("a frame over the limit fails its call only, and is not kept")
  func oversized() async throws {
    try await RawServer.with { server, client in
      let length = (4 << 20) + 1
      let unary = Task { try await client.call("Unary") }
      let id = try await server.request("Unary")
      try await server.send(.frame(id, .response, [], ByteBuffer(repeating: 1, count: length)))
      let one = await #expect(throws: RPCError.self) { try await unary.value }
      #expect(one?.code == .resourceExhausted)
      let stream = try await client.stream("Stream")
      let second = try await server.request("Stream")
      try await server.send(.frame(second, .data, [], ByteBuffer(repeating: 1, count: length)))
      let two = await #expect(throws: RPCError.self) { try await stream.texts() }
      #expect(two?.code == .resourceExhausted)
      try await ClientExtensionTests.passTime(server, client, "Echo")
    }
  }

  @Test("Data where it does not belong, two Responses, and a Response that does not decode")
  func wrongAnswers() async throws {
    try await RawServer.with { server, client in
      let unary = Task { try await client.call("Unary") }
      let first = try await server.request("Unary")
      try await server.send(.data(first, "a"))
      let one = await #expect(throws: RPCError.self) { try await unary.value }
      #expect(one?.code == .internal)
      let upload = Task { try await client.upload("Upload") { _ in await untilCancelled() } }
      let second = try await server.request("Upload")
      try await server.send(.data(second, "a"))
      let two = await #expect(throws: RPCError.self) { try await upload.value }
      #expect(two?.code == .internal)
      async let twice = client.call("Twice")
      let third = try await server.request("Twice")
      try await server.send(.response(third, ByteBuffer(string: "a")), .response(third, .aborted))
      #expect(try await twice.text == "a")
      let garbled = Task { try await client.call("Garbled") }
      let fourth = try await server.request("Garbled")
      try await server.send(.frame(fourth, .response, [], ByteBuffer(repeating: 255, count: 5)))
      let four = await #expect(throws: RPCError.self) { try await garbled.value }
      #expect(four?.code == .internal)
      try await ClientExtensionTests.passTime(server, client, "Echo")
    }
  }

  @Test("grants without end overflow nothing")
  func overflow() async throws {
    try await RawServer.with(.agrees(window: .max)) { server, client in
      async let answer = client.upload("Upload") { writer in
        for _ in 0..<10 { try await writer.write(Bytes(count: 1000)) }
      }
      let id = try await server.request("Upload")
      for _ in 0..<100 { try await server.send(.windowUpdate(id, .max)) }
      try await server.frames(of: id, count: 12)
      try await server.send(.response(id, ByteBuffer()))
      _ = try await answer
    }
  }

  @Test("a flood of pings closes the connection")
  func pings() async throws {
    var configuration = ClientConfiguration.patient
    configuration.pingBurst = 10
    configuration.pingsPerSecond = 0
    try await RawServer.with(.agrees(window: 0), configuration: configuration) { server, client in
      // Before they have agreed on pings, none is counted.
      _ = try await server.request("Negotiate")
      let ping = ByteBuffer.frame(0, .ping, [], ByteBuffer(repeating: 1, count: 8))
      for _ in 0..<11 { try? await server.send(ping) }
      await client.waitUntilClosed()
      #expect(server.frames.filter { $0.header.type == .ping }.count <= 10)
    }
  }

  @Test("another protocol fails every call at once")
  func foreign() async throws {
    try await RawServer.with(.silent) { server, client in
      let answer = Task { try await client.call("Call") }
      _ = try await server.request("Call")
      try await server.send(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"))
      let error = await #expect(throws: RPCError.self) { try await answer.value }
      #expect(error?.code == .unavailable)
    }
  }

  @Test("random frames: every call ends, and nothing crashes", arguments: UInt64(1)...20)
  func random(seed: UInt64) async throws {
    try await RawServer.with(seed % 2 == 0 ? .agrees(window: 10) : .silent) { server, client in
      var random = SeededGenerator(seed: seed)
      try await withThrowingTaskGroup { group in
        for number in 0..<40 {
          group.addTask { await Self.callSomehow(client, number) }
        }
        var bytes = ByteBuffer()
        for _ in 0..<400 {
          let data = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
          let isExtension = Bool.random(using: &random)
          let frame = ByteBuffer.frame(
            UInt32.random(in: 0...90, using: &random),
            FrameType(rawValue: .random(in: isExtension ? 0x10...0x14 : 1...4, using: &random)),
            FrameFlags(rawValue: .random(in: 0...7, using: &random)),
            ByteBuffer(bytes: data)
          )
          bytes.writeImmutableBuffer(frame)
        }
        try? await server.send(bytes)
        try? await server.close()
        try await group.waitForAll()
      }
      #expect(client.openStreamCount == 0, "seed \(seed)")
    }
  }

  private static func callSomehow(_ client: ClientConnection, _ number: Int) async {
    switch number % 4 {
    case 0: _ = try? await client.call("Unary")
    case 1: _ = try? await client.stream("Stream").texts()
    case 2: _ = try? await client.upload("Upload") { try await $0.write("a") }
    default: _ = try? await client.both("Both") { try await $0.write("a") }.texts()
    }
  }
}
