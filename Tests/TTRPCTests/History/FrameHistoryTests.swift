import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("History: frames that were lost, reordered or not understood", .tags(.history))
struct FrameHistoryTests {
  private static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .stream(
      "Thrice",
      .async { request, _, writer in
        for _ in 0..<3 { try await writer.write(request) }
      }
    ),
    .stream(
      "Count",
      .async { request, _, writer in
        for number in 0..<(Int(request.text) ?? 0) {
          try await writer.write(Bytes(number: number))
        }
      }
    ),
    .receiving("Check") { requests in
      var expected = 0
      for try await request in requests {
        if request.text != "\(expected)" { throw RPCError(.dataLoss, "\(request.text)") }
        expected += 1
      }
      return Bytes(number: expected)
    },
    .receiving("Sizes") { requests in
      var sizes: [String] = []
      for try await request in requests { sizes.append("\(request.count)") }
      return Bytes(ByteBuffer(string: sizes.joined(separator: " ")))
    },
    .conversing("Echoes") { requests, responses in
      for try await request in requests { try await responses.write(request) }
    },
  ]

  @Test(
    "T#126, R#169, T#157: an empty message arrives wherever one may stand",
    arguments: Wire.allCases
  )
  func emptyMessages(wire: Wire) async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await test.client(wire)
      #expect(try await client.call("Echo", "").count == 0)
      var sizes: [Int] = []
      for try await message in try await client.stream("Thrice", "") { sizes.append(message.count) }
      #expect(sizes == [0, 0, 0])
      let uploaded = try await client.sendStream(to: "Sizes") { writer in
        for message: Bytes in ["", "a", "", ""] { try await writer.write(message) }
      }
      #expect(uploaded.text == "0 1 0 0")
      let nothing = try await client.sendStream(to: "Sizes") { _ in }
      #expect(nothing.text == "")
      let echoes = try await client.converse(with: "Echoes") { writer in
        for message: Bytes in ["", "a", ""] { try await writer.write(message) }
      }
      var echoed: [String] = []
      for try await message in echoes { echoed.append(message.text) }
      #expect(echoed == ["", "a", ""])
      await client.close()
    }
  }

  @Test("T#126, R#169, T#157: an empty message by hand, with each flag that may go with it")
  func emptyFrames() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      var bytes = RequestBytes(method: "Sizes", flags: .remoteOpen).frame(1)
      bytes.writeImmutableBuffer(.frame(1, .data))
      bytes.writeImmutableBuffer(.frame(1, .data, [], ByteBuffer(string: "ab")))
      // Remote closed without "no data": one empty message, then the close.
      bytes.writeImmutableBuffer(.frame(1, .data, .remoteClosed))
      bytes.writeImmutableBuffer(RequestBytes(method: "Sizes", flags: .remoteOpen).frame(3))
      bytes.writeImmutableBuffer(.frame(3, .data, [.remoteClosed, .noData]))
      try await peer.send(bytes)
      let first = try await peer.frames(of: 1)
      #expect(first.map { String(buffer: $0.payload) } == ["0 2 0"])
      let second = try await peer.frames(of: 3)
      #expect(second.map { String(buffer: $0.payload) } == [""])
      try await peer.close()
    }
  }

  @Test(
    "T#171, R#198: a frame that is too long is skipped, and the next one is understood",
    arguments: [0, 1, 2, (16 << 20) - 1 - (4 << 20)]
  )
  func oversize(excess: Int) async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      let overhead =
        RequestBytes(method: "Echo", payload: ByteBuffer(repeating: 0, count: 4 << 20))
        .frame(1).readableBytes - FrameHeader.length - (4 << 20)
      let payload = ByteBuffer(repeating: 0, count: (4 << 20) + excess - overhead)
      try await peer.send(RequestBytes(method: "Echo", payload: payload).frame(1))
      try await peer.send(
        RequestBytes(method: "Echo", payload: ByteBuffer(string: "next")).frame(3)
      )
      let next = try await peer.frames(of: 3)
      #expect(next.map { String(buffer: $0.payload) } == ["next"])
      // Of exactly 4 MiB the Request is served, though what it asks for fits no Response by then.
      let code = try await peer.status(of: 1)?.code
      #expect(code == (excess > 0 ? .resourceExhausted : nil))
      try await peer.close()
    }
  }

  @Test("T#171, R#198: a declared length of 4 GiB - 1 is another protocol's, and closes")
  func largestLength() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      try await peer.send(ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 1, 0]))
      try await eventually("the connection is closed") { !peer.isActive }
      #expect(peer.frames.isEmpty)
    }
  }

  @Test("T#171, R#198: a message that fits no frame is refused before it is sent")
  func oversizeFromUs() async throws {
    let methods =
      Self.methods + [.unary("Huge", .inline { _, _ in Bytes(count: (4 << 20) + 1) })]
    try await ServerUnderTest.with(methods) { test in
      let client = try await test.client()
      for call in ["Echo", "Huge"] {
        let request = Bytes(count: call == "Echo" ? (4 << 20) + 1 : 0)
        let error = await #expect(throws: RPCError.self) { try await client.call(call, request) }
        #expect(error?.code == .resourceExhausted)
      }
      #expect(try await client.call("Echo", "next").text == "next")
      await client.close()
    }
  }

  @Test(
    "R#312: 100,000 messages arrive in order, the last one too, and then the end",
    .timeLimit(.minutes(10)),
    arguments: Wire.allCases
  )
  func longStreams(wire: Wire) async throws {
    let count = 100_000
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await test.client(wire)
      var expected = 0
      for try await message in try await client.stream("Count", Bytes(number: count)) {
        if message.text != "\(expected)" {
          Issue.record("message \(expected) is \(message.text)")
          break
        }
        expected += 1
      }
      #expect(expected == count)
      let uploaded = try await client.sendStream(to: "Check") { writer in
        for number in 0..<count { try await writer.write(Bytes(number: number)) }
      }
      #expect(uploaded.text == "\(count)")
      await client.close()
    }
  }

  @Test("R#220: a Request and all of its Data in one segment")
  func oneSegment() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      var bytes = ByteBuffer()
      for id: UInt32 in stride(from: 1, to: 200, by: 2) {
        bytes.writeImmutableBuffer(RequestBytes(method: "Echoes", flags: .remoteOpen).frame(id))
        bytes.writeImmutableBuffer(.frame(id, .data, [], ByteBuffer(string: "a")))
        bytes.writeImmutableBuffer(.frame(id, .data, .remoteClosed, ByteBuffer(string: "b")))
      }
      try await peer.send(bytes)
      for id: UInt32 in stride(from: 1, to: 200, by: 2) {
        let frames = try await peer.frames(of: id, count: 3)
        #expect(frames.map { String(buffer: $0.data) } == ["a", "b", ""])
        #expect(frames.map(\.header.flags.rawValue) == [0, 0, 5])
      }
      try await peer.close()
    }
  }
}
