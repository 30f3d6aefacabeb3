import NIOCore
import RPC
import TTRPC
import TestCertificates
import Testing

@Suite("What does not speak TLS on a TLS port")
struct TLSHostilePeerTests {
  static let openings: [String: ByteBuffer] = [
    "a call": RequestBytes(method: "Echo").frame(1),
    "a call behind the beginning of a handshake": behindHello,
    "HTTP": ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"),
    "an HTTP/2 preface": ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "nonsense": ByteBuffer(repeating: 0xff, count: 100),
  ]

  /// The header of a handshake record, and then a call in plain text where its content should be.
  private static var behindHello: ByteBuffer {
    var bytes = ByteBuffer(bytes: [0x16, 3, 1, 0, 40])
    bytes.writeImmutableBuffer(RequestBytes(method: "Echo").frame(1))
    bytes.writeRepeatingByte(0, count: 100)
    return bytes
  }

  @Test("is closed and never served", arguments: openings.keys.sorted())
  func plaintext(name: String) async throws {
    let tls = try TLSUnderTest()
    let calls = Counter()
    let methods: [ServerMethod] = [
      .unary(
        "Echo",
        .inline { request, _ in
          calls.add()
          return request
        }
      )
    ]
    try await ServerUnderTest.with(
      methods,
      configuration: .patient,
      at: .tls(host: "127.0.0.1", port: 0),
      options: ListenerOptions(tls: tls.tls)
    ) { test in
      let peer = try await test.peer()
      try await peer.send(try #require(Self.openings[name]))
      try await eventually("it was closed") { !peer.isActive }
      try await eventually("nothing is left") { test.server.connectionCount == 0 }
      #expect(calls.value == 0)
      let client = try await test.client(tls: tls.client())
      #expect(try await client.call("Echo", "goes on").text == "goes on")
      await client.close()
    }
  }
}
