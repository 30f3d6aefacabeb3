import CZlib
import NIOCore
import NIOHPACK
import RPC
import Testing

@testable import GRPCTransport

@Suite("Compressed messages")
struct CompressionTests {
  private static let limit = 10_000

  private static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary("Length", .inline { request, _ in Bytes(ByteBuffer(string: "\(request.count)")) }),
    SampleMethods.chat,
    .clientStream(
      "Ignore",
      .async { _, _ in
        try await untilCancelled()
        return ""
      }
    ),
  ]

  private func with(_ body: (GRPCTestClient) async throws -> Void) async throws {
    var configuration = GRPCConfiguration.patient
    configuration.messageLengthMax = Self.limit
    configuration.inboundBytesMax = 4 * Self.limit
    try await GRPCServerUnderTest.with(Self.methods, configuration: configuration) {
      try await body($0.client(.init()))
    }
  }

  private func call(
    _ client: GRPCTestClient,
    _ method: String,
    _ message: ByteBuffer,
    _ encoding: String?
  ) async throws -> GRPCTestClient.Answer {
    let id = client.open(method, encoding.map { [("grpc-encoding", $0)] } ?? [])
    client.send(.message(message, flag: 1), on: id, isLast: true)
    return try await client.end(of: id)
  }

  @Test("are read in each encoding", arguments: [MessageEncoding.gzip, .deflate])
  func read(encoding: MessageEncoding) async throws {
    try await with { client in
      let message = ByteBuffer(string: "fine").compressed(encoding)
      let answer = try await call(client, "Echo", message, encoding.rawValue)
      #expect(answer.texts == ["fine"])
      let chat = client.open("Chat", [("grpc-encoding", encoding.rawValue)])
      client.send(.message(message, flag: 1), on: chat)
      client.sendMessage("plain", on: chat)
      client.send(.message(message, flag: 1), on: chat, isLast: true)
      let answers = try await client.end(of: chat)
      #expect(answers.texts == ["fine", "plain", "fine"])
    }
  }

  @Test("are read in the Connect protocol, whose unary calls say it of the whole body")
  func connect() async throws {
    try await with { client in
      let id = client.open(
        "Echo",
        [("content-encoding", "gzip")],
        replacing: ["content-type": "application/proto", "te": nil]
      )
      client.send(ByteBuffer(string: "fine").compressed(.gzip), on: id, isLast: true)
      let answer = try await client.end(of: id)
      #expect(answer.text == "fine")
      let chat = client.open(
        "Chat",
        [("connect-content-encoding", "gzip")],
        replacing: ["content-type": "application/connect+proto", "te": nil]
      )
      let message = ByteBuffer(string: "fine").compressed(.gzip)
      client.send(.message(message, flag: 1), on: chat, isLast: true)
      let answers = try await client.end(of: chat)
      #expect(answers.text.contains("fine"))
    }
  }

  @Test("in an encoding that is not spoken are not implemented, and the answer says what is")
  func unknown() async throws {
    try await with { client in
      let refused = try await call(client, "Echo", ByteBuffer(string: "x"), "br")
      #expect(refused.status == "12")
      #expect(refused.trailers?.first(name: "grpc-accept-encoding") == "identity,gzip,deflate")
      let next = try await client.call("Echo", "fine")
      #expect(next.texts == ["fine"])
    }
  }

  @Test("that the headers say nothing of are the client's mistake", arguments: [nil, "identity"])
  func unnamed(encoding: String?) async throws {
    try await with { client in
      let message = ByteBuffer(string: "x").compressed(.gzip)
      let answer = try await call(client, "Echo", message, encoding)
      #expect(answer.status == "13")
    }
  }

  @Test("that are cut, or followed by more, or something else, are refused")
  func malformed() async throws {
    let whole = ByteBuffer(string: "a text that is whole").compressed(.gzip)
    let longer = ByteBuffer(bytes: Array(whole.readableBytesView) + [0])
    let wrong = ByteBuffer(string: "x").compressed(.deflate)
    let changed = ByteBuffer(bytes: whole.readableBytesView.map { $0 ^ 0x10 })
    let cuts = (1..<whole.readableBytes).map { whole.getSlice(at: 0, length: $0) ?? whole }
    try await with { client in
      for message in cuts + [longer, wrong, changed] {
        let answer = try await call(client, "Echo", message, "gzip")
        #expect(answer.status == "3", "\(message.readableBytes) bytes")
      }
    }
  }

  @Test("may be as large as the limit, and no larger, whatever comes out of them")
  func limits() async throws {
    try await with { client in
      for (count, status) in [
        (Self.limit, "0"), (Self.limit + 1, "8"), (5_000_000, "8"),
      ] {
        let message = ByteBuffer(repeating: 0, count: count).compressed(.gzip)
        let answer = try await call(client, "Length", message, "gzip")
        #expect(answer.status == status, "\(count) bytes")
      }
    }
  }

  @Test("that cost their sender next to nothing are refused before they cost the server much")
  func ratio() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.messageLengthMax = 4 << 20
    try await GRPCServerUnderTest.with(Self.methods, configuration: configuration) { test in
      let client = try await test.client()
      for (count, status) in [(64 << 10, "0"), (4 << 20, "8")] {
        let message = ByteBuffer(repeating: 0, count: count).compressed(.gzip)
        let answer = try await call(client, "Length", message, "gzip")
        #expect(answer.status == status, "\(count) bytes")
      }
    }
  }

  @Test("that come out as far more than was granted end their stream when nobody takes them")
  func bounded() async throws {
    try await with { client in
      let id = client.open("Ignore", [("grpc-encoding", "gzip")])
      let message = ByteBuffer(repeating: 0, count: Self.limit).compressed(.gzip)
      for _ in 0..<20 { client.send(.message(message, flag: 1), on: id) }
      let answer = try await client.end(of: id)
      #expect(answer.status == "8")
      #expect(answer.message?.contains("send fewer at once") == true)
    }
  }
}

extension ByteBuffer {
  fileprivate func compressed(_ encoding: MessageEncoding) -> ByteBuffer {
    var stream = z_stream()
    deflateInit2_(
      &stream,
      Z_DEFAULT_COMPRESSION,
      Z_DEFLATED,
      encoding == .gzip ? 31 : 15,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    defer { deflateEnd(&stream) }
    var input = Array(readableBytesView)
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        _ = deflate(&stream, Z_FINISH)
      }
    }
    return ByteBuffer(bytes: output.prefix(Int(stream.total_out)))
  }
}
