import NIOCore
import NIOHPACK
import NIOHTTP2
import RPC
import Testing

@testable import GRPCTransport

@Suite("Calls over gRPC")
struct CallTests {
  private static let echo: @Sendable (Bytes, ServerContext) throws -> Bytes = { request, _ in
    request
  }

  private static let methods: [ServerMethod] = [
    .unary("Inline", .inline(echo)),
    .unary("Deferred", .deferred { request, _, reply in reply.succeed(request) }),
    .unary("Async", .async { request, _ in request }),
    .unary("Fail", .inline { _, _ in throw RPCError(.notFound, "no such thing: 100 % é") }),
    .unary("Break", .inline { _, _ in throw Broken() }),
    .unary(
      "Token",
      .inline { _, context in
        Bytes(ByteBuffer(string: context.metadata.entries.map { "\($0.key)=\($0.value)" }.joined()))
      }
    ),
    SampleMethods.deadline,
    SampleMethods.count,
    .stream(
      "Push",
      .deferred { request, _, stream in
        _ = stream.send("a")
        _ = stream.send(encoded: [ByteBuffer(string: "b"), ByteBuffer(string: "c")])
        stream.finish()
      }
    ),
    SampleMethods.failLater,
    .clientStream(
      "Join",
      .async { requests, _ in
        var texts: [String] = []
        for try await request in requests { texts.append(request.text) }
        return Bytes(ByteBuffer(string: texts.joined(separator: "+")))
      }
    ),
    SampleMethods.chat,
    .clientStream("Leave", .async { _, _ in "enough" }),
  ]

  private struct Broken: Error {}

  private func with<Result>(_ body: (GRPCTestClient) async throws -> Result) async throws -> Result
  {
    try await GRPCServerUnderTest.with(Self.methods) { test in
      try await body(test.client())
    }
  }

  // MARK: Kinds

  @Test(
    "a unary call is answered, whatever the handler",
    arguments: ["Inline", "Deferred", "Async"]
  )
  func unary(method: String) async throws {
    try await with { client in
      let answer = try await client.call(method, "hello")
      #expect(answer.head?.first(name: ":status") == "200")
      #expect(answer.head?.first(name: "content-type") == "application/grpc")
      #expect(answer.texts == ["hello"])
      #expect(answer.trailers?.first(name: "grpc-status") == "0")
      #expect(answer.reset == nil)
    }
  }

  @Test("a message may come in pieces, and its end in a frame of its own")
  func pieces() async throws {
    try await with { client in
      let id = client.open("Inline")
      var bytes = ByteBuffer.message(ByteBuffer(string: "in pieces"))
      while let piece = bytes.readSlice(length: 1) { client.send(piece, on: id) }
      client.send(ByteBuffer(), on: id, isLast: true)
      let answer = try await client.end(of: id)
      #expect(answer.texts == ["in pieces"])
    }
  }

  @Test("a large message comes and goes whole")
  func large() async throws {
    try await with { client in
      let text = String(repeating: "0123456789abcdef", count: 3 << 16)
      let id = client.open("Inline")
      var bytes = ByteBuffer.message(ByteBuffer(string: text))
      while bytes.readableBytes > 0,
        let piece = bytes.readSlice(length: min(16_384, bytes.readableBytes))
      {
        client.send(piece, on: id, isLast: bytes.readableBytes == 0)
      }
      let answer = try await client.end(of: id)
      #expect(answer.texts == [text])
    }
  }

  @Test("a stream of answers ends with its status behind its messages")
  func serverStream() async throws {
    try await with { client in
      #expect(try await client.call("Count", "3").texts == ["0", "1", "2"])
      #expect(try await client.call("Push").texts == ["a", "b", "c"])
      let many = try await client.call("Count", "5000")
      #expect(many.texts == (0..<5000).map { "\($0)" })
      #expect(many.status == "0")
      let none = try await client.call("Count", "0")
      #expect(none.head == nil)
      #expect(none.status == "0")
      #expect(none.trailers?.first(name: ":status") == "200")
    }
  }

  @Test("a stream of answers may fail behind its first message")
  func failLater() async throws {
    try await with { client in
      let answer = try await client.call("FailLater")
      #expect(answer.texts == ["one"])
      #expect(answer.status == "10")
      #expect(answer.message == "then no more")
    }
  }

  @Test("a stream of messages has one answer")
  func clientStream() async throws {
    try await with { client in
      let id = client.open("Join")
      for text in ["a", "b"] { client.sendMessage(text, on: id) }
      client.sendMessage("c", on: id, isLast: true)
      let joined = try await client.end(of: id)
      #expect(joined.texts == ["a+b+c"])
      let empty = client.open("Join", isLast: true)
      #expect(try await client.end(of: empty).texts == [""])
    }
  }

  @Test("in a bidirectional call each message is answered before the next is sent")
  func bidirectional() async throws {
    try await with { client in
      let id = client.open("Chat")
      for count in 1...5 {
        client.sendMessage("\(count)", on: id)
        try await eventually("the answer comes") { client.answer(id).messages.count == count }
      }
      client.send(ByteBuffer(), on: id, isLast: true)
      #expect(try await client.end(of: id).texts == ["1", "2", "3", "4", "5"])
    }
  }

  @Test("a handler that has read enough ends the call, and the client need not send the rest")
  func leave() async throws {
    try await with { client in
      let id = client.open("Leave")
      let answer = try await client.end(of: id)
      #expect(answer.texts == ["enough"])
      #expect(answer.status == "0")
      try await eventually("the stream is reset") { client.answer(id).reset == .noError }
    }
  }

  @Test("many calls at once get each its own answer")
  func many() async throws {
    try await with { client in
      let ids = (0..<300).map { number in
        let id = client.open(["Inline", "Deferred", "Async"][number % 3])
        client.sendMessage("\(number)", on: id, isLast: true)
        return (number, id)
      }
      for (number, id) in ids {
        let answer = try await client.end(of: id)
        #expect(answer.texts == ["\(number)"])
      }
    }
  }

  // MARK: Statuses

  @Test("what a handler throws is the status of the call, in trailers alone")
  func failure() async throws {
    try await with { client in
      let answer = try await client.call("Fail")
      #expect(answer.head == nil)
      #expect(answer.trailers?.first(name: ":status") == "200")
      #expect(answer.status == "5")
      #expect(answer.message == "no such thing: 100 %25 %C3%A9")
      let broken = try await client.call("Break")
      #expect(broken.status == "13")
      #expect(broken.message?.contains("Broken") == false)
    }
  }

  @Test("what is not in the table is not implemented")
  func unknown() async throws {
    try await with { client in
      let method = try await client.call("Nothing")
      #expect(method.status == "12")
      #expect(method.message == "service test.Calls has no method Nothing")
      let service = client.open("Inline", service: "other.Calls", isLast: true)
      #expect(try await client.end(of: service).message == "there is no service other.Calls")
      for path in ["", "/", "/test.Calls", "test.Calls/Inline", "/test.Calls/Inline/", "//"] {
        let id = client.open("", replacing: [":path": path == "" ? "*" : path], isLast: true)
        #expect(try await client.end(of: id).status == "12", "\(path)")
      }
    }
  }

  @Test("what is no gRPC gets an answer of plain HTTP")
  func notGRPC() async throws {
    try await with { client in
      let get = client.open("Inline", replacing: [":method": "GET"], isLast: true)
      let refused = try await client.end(of: get)
      #expect(refused.trailers?.first(name: ":status") == "405")
      #expect(refused.trailers?.first(name: "allow") == "POST")
      let type = client.open("Inline", replacing: ["content-type": "text/plain"], isLast: true)
      #expect(try await client.end(of: type).trailers?.first(name: ":status") == "415")
    }
  }

  // MARK: What is said beside the message

  @Test("metadata reaches the handler, in order, without what is the transport's")
  func metadata() async throws {
    try await with { client in
      let answer = try await client.call(
        "Token",
        "",
        [("authorization", "Bearer x"), ("trace-bin", "AAEC"), ("user-agent", "test")]
      )
      #expect(answer.texts == ["authorization=Bearer xtrace-bin=AAEC"])
    }
  }

  @Test("a timeout becomes a deadline; one of nothing has passed already")
  func deadline() async throws {
    try await with { client in
      let none = try await client.call("Deadline")
      #expect(none.texts == ["none"])
      #expect(try await client.call("Deadline", "", [("grpc-timeout", "1H")]).texts == ["some"])
      #expect(try await client.call("Deadline", "", [("grpc-timeout", "0n")]).status == "4")
      #expect(try await client.call("Deadline", "", [("grpc-timeout", "soon")]).status == "3")
    }
  }
}
