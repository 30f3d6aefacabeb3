import NIOCore
import RPC
import TTRPC
import TTRPCWire
import Testing

@Suite("Limits of a connection")
struct LimitTests {
  private static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary(
      "Metadata",
      .inline { _, context in
        Bytes(ByteBuffer(string: "\(context.metadata.entries.count)"))
      }
    ),
    .unary(
      "Wait",
      .async { request, _ in
        await untilCancelled()
        return request
      }
    ),
  ]

  @Test("64 entries of metadata are taken and 65 are refused")
  func metadataEntries() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      for (count, code) in [(64, nil), (65, StatusCode.invalidArgument)] {
        let entries = (0..<count).map { Metadata.Entry(key: "k\($0)", value: "") }
        let client = try await test.client(Metadata(entries: entries))
        do {
          #expect(try await client.call("Metadata").text == "64")
          #expect(code == nil)
        } catch let error as RPCError {
          #expect(error.code == code)
        }
        await client.close()
      }
    }
  }

  @Test("8 KiB of metadata are taken and a byte more is refused")
  func metadataBytes() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      for (count, code) in [(8191, nil), (8192, StatusCode.invalidArgument)] {
        let client = try await test.client(["k": String(repeating: "v", count: count)])
        do {
          #expect(try await client.call("Metadata").text == "1")
          #expect(code == nil)
        } catch let error as RPCError {
          #expect(error.code == code)
        }
        #expect(client.isActive)
        await client.close()
      }
    }
  }

  @Test("one handler more than allowed is RESOURCE_EXHAUSTED; the others go on")
  func handlers() async throws {
    var configuration = ServerConfiguration()
    configuration.handlersPerConnectionMax = 3
    try await ServerUnderTest.with(Self.methods, configuration: configuration) { test in
      let peer = try await test.peer()
      for id: UInt32 in [1, 3, 5, 7] { try await peer.send(RequestBytes(method: "Wait").frame(id)) }
      #expect(try await peer.status(of: 7)?.code == .resourceExhausted)
      #expect(peer.frames.count == 1)
      let other = try await test.client()
      #expect(try await other.call("Echo", "other").text == "other")
      await other.close()
      try await peer.close()
    }
  }

  @Test("a connection over its budget of violations is closed, not before")
  func violations() async throws {
    var configuration = ServerConfiguration()
    configuration.violationsPerConnectionMax = 5
    try await ServerUnderTest.with(Self.methods, configuration: configuration) { test in
      let peer = try await test.peer()
      for number: UInt32 in 1...5 { try await peer.send(.frame(number * 2, .request)) }
      _ = try await peer.frames(of: 10)
      #expect(peer.isActive)
      try await peer.send(.frame(12, .request))
      try await eventually("it was closed") { !peer.isActive }
      try await eventually("no connection is left") { test.server.connectionCount == 0 }
    }
  }

  @Test("a Request that does not decode is INVALID_ARGUMENT, and the connection goes on")
  func malformed() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let peer = try await test.peer()
      try await peer.send(.frame(1, .request, [], ByteBuffer(bytes: [0x0a, 0xff])))
      #expect(try await peer.status(of: 1)?.code == .invalidArgument)
      var notText = RequestBytes(method: "Echo")
      notText.service = "a\0b"
      try await peer.send(notText.frame(3))
      #expect(try await peer.status(of: 3)?.code == .invalidArgument)
      try await peer.send(RequestBytes(method: "Echo").frame(5))
      #expect(try await peer.frames(of: 5).first?.status == nil)
      try await peer.close()
    }
  }
}
