import NIOCore
import NIOHPACK
import RPC
import Testing

@testable import GRPCTransport

/// What `buf curl` speaks when it is not told otherwise, and what browsers speak of gRPC.
@Suite("Calls of the Connect protocol and of gRPC-Web")
struct ConnectTests {
  private static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary("Fail", .inline { _, _ in throw RPCError(.notFound, "no such \"thing\"") }),
    SampleMethods.deadline,
    .unary(
      "Metadata",
      .inline { _, context in
        Bytes(ByteBuffer(string: context.metadata.entries.map(\.key).joined(separator: ",")))
      }
    ),
    SampleMethods.count,
    SampleMethods.failLater,
    SampleMethods.chat,
    .unary(
      "Wait",
      .async { _, _ in
        try await untilCancelled()
        return ""
      }
    ),
  ]

  private func with(
    _ settings: GRPCTestClient.Settings = .init(),
    _ body: (GRPCTestClient) async throws -> Void
  ) async throws {
    try await GRPCServerUnderTest.with(Self.methods) { try await body($0.client(settings)) }
  }

  /// One call with one message, as its dialect writes it.
  private func call(
    _ client: GRPCTestClient,
    _ method: String,
    _ text: String = "",
    type: String,
    _ more: [(String, String)] = []
  ) async throws -> GRPCTestClient.Answer {
    let id = client.open(method, more, replacing: ["content-type": type, "te": nil])
    if type == "application/proto" {
      client.send(ByteBuffer(string: text), on: id, isLast: true)
    } else {
      client.sendMessage(text, on: id, isLast: true)
    }
    return try await client.end(of: id)
  }

  // MARK: Connect, one message each way

  @Test("the body of a unary call is the message, and so is that of its answer")
  func unary() async throws {
    try await with { client in
      for text in ["hello", "", String(repeating: "x", count: 100_000)] {
        let answer = try await call(client, "Echo", text, type: "application/proto")
        #expect(answer.head?.first(name: ":status") == "200")
        #expect(answer.head?.first(name: "content-type") == "application/proto")
        #expect(answer.text == text)
        #expect(answer.trailers == nil)
        #expect(answer.reset == nil)
      }
    }
  }

  @Test("a failed unary call is answered with a status of HTTP and an object of JSON")
  func failure() async throws {
    try await with { client in
      let answer = try await call(client, "Fail", type: "application/proto")
      #expect(answer.head?.first(name: ":status") == "404")
      #expect(answer.head?.first(name: "content-type") == "application/json")
      #expect(answer.text == #"{"code":"not_found","message":"no such \"thing\""}"#)
    }
  }

  @Test(
    "what is wrong with a request is told in the same way",
    arguments: [
      ("Nothing", [], "501", "unimplemented"),
      ("Echo", [("content-encoding", "br")], "501", "unimplemented"),
      ("Echo", [("connect-timeout-ms", "soon")], "400", "invalid_argument"),
      ("Echo", [("connect-timeout-ms", "0")], "504", "deadline_exceeded"),
      ("Wait", [("connect-timeout-ms", "20")], "504", "deadline_exceeded"),
    ] as [(String, [(String, String)], String, String)]
  )
  func refusals(
    method: String,
    more: [(String, String)],
    status: String,
    code: String
  )
    async throws
  {
    try await with { client in
      let answer = try await call(client, method, type: "application/proto", more)
      #expect(answer.head?.first(name: ":status") == status)
      #expect(answer.text.hasPrefix(#"{"code":"\#(code)","message":""#))
    }
  }

  @Test("a message over the limit is refused as it comes")
  func tooLarge() async throws {
    var configuration = GRPCConfiguration.patient
    configuration.messageLengthMax = 1_000
    try await GRPCServerUnderTest.with(Self.methods, configuration: configuration) { test in
      let client = try await test.client()
      let text = String(repeating: "x", count: 1_001)
      let answer = try await call(client, "Echo", text, type: "application/proto")
      #expect(answer.head?.first(name: ":status") == "429")
      #expect(answer.text.contains("resource_exhausted"))
    }
  }

  @Test("headers of the protocol are no metadata, and its timeout is a deadline")
  func headers() async throws {
    try await with { client in
      let more = [
        ("connect-protocol-version", "1"), ("connect-timeout-ms", "60000"), ("k", "v"),
        ("accept-encoding", "gzip"), ("x-user-agent", "a"),
      ]
      let metadata = try await call(client, "Metadata", type: "application/proto", more)
      #expect(metadata.text == "k")
      let deadline = try await call(client, "Deadline", type: "application/proto", more)
      #expect(deadline.text == "some")
    }
  }

  @Test(
    "a content type that does not fit the method, or that nobody speaks, gets 415 and a list",
    arguments: [
      ("Echo", "application/connect+proto"), ("Count", "application/proto"),
      ("Echo", "application/json"), ("Echo", "application/grpc-web-text"),
    ]
  )
  func unsuited(method: String, type: String) async throws {
    try await with { client in
      let answer = try await call(client, method, type: type)
      #expect(answer.trailers?.first(name: ":status") == "415")
      #expect(answer.trailers?.first(name: "accept-post")?.contains("application/proto") == true)
    }
  }

  // MARK: Streams, whose end is their last message

  @Test(
    "a stream ends with a message that tells how",
    arguments: [
      ("application/connect+proto", "Count", ["0", "1", "2"], #"{}"#),
      (
        "application/connect+proto", "FailLater", ["one"],
        #"{"error":{"code":"aborted","message":"then no more"}}"#
      ),
      ("application/connect+proto", "Chat", ["3"], #"{}"#),
      (
        "application/connect+proto", "Nothing", [],
        #"{"error":{"code":"unimplemented","message":"service test.Calls has no method Nothing"}}"#
      ),
      ("application/grpc-web+proto", "Count", ["0", "1", "2"], "grpc-status: 0\r\n"),
      ("application/grpc-web", "Echo", ["3"], "grpc-status: 0\r\n"),
      (
        "application/grpc-web", "FailLater", ["one"],
        "grpc-status: 10\r\ngrpc-message: then no more\r\n"
      ),
      (
        "application/grpc-web", "Fail", [],
        "grpc-status: 5\r\ngrpc-message: no such \"thing\"\r\n"
      ),
    ]
  )
  func streams(type: String, method: String, messages: [String], end: String) async throws {
    try await with { client in
      let answer = try await call(client, method, "3", type: type)
      #expect(answer.head?.first(name: ":status") == "200")
      #expect(answer.texts == messages + [end])
      #expect(answer.trailers == nil)
      let flag = answer.bytes.getInteger(
        at: answer.bytes.writerIndex - end.utf8.count - 5,
        as: UInt8.self
      )
      #expect(flag == (type.hasPrefix("application/connect") ? 0x02 : 0x80))
    }
  }

  @Test("a slow reader gets the messages and the end as it grants room")
  func slowReader() async throws {
    try await with(.init(streamWindow: 10, grants: false)) { client in
      let id = client.open("Count", replacing: ["content-type": "application/connect+proto"])
      client.sendMessage("3", on: id, isLast: true)
      try await eventually("its window is full") {
        client.answer(id).bytes.readableBytes == 10
      }
      #expect(!client.answer(id).isEnded)
      client.grant(100, on: id)
      #expect(try await client.end(of: id).texts == ["0", "1", "2", "{}"])
    }
  }

  @Test("a call that fails within a message that has gone out in part is reset")
  func cut() async throws {
    try await with(.init(streamWindow: 10, grants: false)) { client in
      let id = client.open(
        "Echo",
        [("connect-timeout-ms", "200")],
        replacing: ["content-type": "application/proto"]
      )
      client.send(ByteBuffer(string: String(repeating: "x", count: 50)), on: id, isLast: true)
      let answer = try await client.end(of: id)
      #expect(answer.bytes.readableBytes == 10)
      #expect(answer.reset != nil)
    }
  }
}
