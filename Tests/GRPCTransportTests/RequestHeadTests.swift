import NIOHPACK
import RPC
import Testing

@testable import GRPCTransport

@Suite("The headers of a call")
struct RequestHeadTests {
  private static let limits = GRPCRequestHead.MetadataLimits(entries: 3, bytes: 60)

  private func read(
    _ more: [(String, String)] = [],
    method: String = "POST",
    type: String? = "application/grpc"
  ) -> Result<GRPCRequestHead, GRPCRequestHead.Refusal> {
    var fields = [(":method", method), (":path", "/a.B/C"), (":scheme", "http")]
    if let type { fields.append(("content-type", type)) }
    return Result { () throws(GRPCRequestHead.Refusal) in
      let headers = HPACKHeaders(fields + more)
      let dialect = try GRPCRequestHead.dialect(of: headers)
      return try GRPCRequestHead(headers, dialect, Self.limits)
    }
  }

  private func refusal(
    _ result: Result<GRPCRequestHead, GRPCRequestHead.Refusal>
  ) -> GRPCRequestHead.Refusal? {
    if case .failure(let refusal) = result { refusal } else { nil }
  }

  @Test("path, timeout and metadata are read; what is the transport's is left out")
  func whole() throws {
    let head = try read([
      ("te", "trailers"), ("grpc-timeout", "5S"), ("user-agent", "x"),
      ("grpc-encoding", "identity"),
      ("grpc-accept-encoding", "gzip"), ("authorization", "Bearer t"), ("k", "1"), ("k", "2"),
    ]).get()
    #expect(head.path == "/a.B/C")
    #expect(head.timeout == 5_000_000_000)
    #expect(
      head.metadata
        == Metadata(entries: [
          .init(key: "authorization", value: "Bearer t"), .init(key: "k", value: "1"),
          .init(key: "k", value: "2"),
        ])
    )
  }

  @Test("only POST of a gRPC content type is a call")
  func noCall() {
    #expect(refusal(read(method: "GET")) == .notGRPC(status: 405))
    for type in [nil, "", "application/json", "application/grpc+json", "application/grpcx"] {
      #expect(refusal(read(type: type)) == .notGRPC(status: 415), "\(type ?? "none")")
    }
    for type in [
      "application/grpc", "application/grpc+proto", "Application/GRPC", "application/grpc;v=1",
    ] {
      #expect(refusal(read(type: type)) == nil, "\(type)")
    }
  }

  @Test("an encoding that is not spoken is not implemented, and the answer lists those that are")
  func encodings() {
    guard case .encoding(let error) = refusal(read([("grpc-encoding", "br")])) else {
      Issue.record("it was taken")
      return
    }
    #expect(error.code == .unimplemented)
    let answer = ResponseHeaders.trailersOnly(error, listsEncodings: true)
    #expect(answer.first(name: "grpc-accept-encoding") == "identity,gzip,deflate")
  }

  @Test("more metadata than the limits is refused, with the limits in the message")
  func limits() {
    let many = (0..<4).map { ("k\($0)", "") }
    for more in [many, [("k", String(repeating: "x", count: 60))]] {
      guard case .metadata(let error) = refusal(read(more)) else {
        Issue.record("it was taken")
        continue
      }
      #expect(error.code == .resourceExhausted)
      #expect(error.message.contains("60"))
    }
    #expect(refusal(read([("k", String(repeating: "x", count: 59))])) == nil)
  }

  @Test("binary metadata is base64, with padding or without")
  func binary() {
    for value in ["", "YQ", "YQ==", "YWI=", "YWJj", "YQ,YWI", "+/+/"] {
      #expect(refusal(read([("k-bin", value)])) == nil, "\(value)")
    }
    for value in ["Y", "Y Q", "YQ=", "YQ=Q", "é", "YWJj="] {
      #expect(refusal(read([("k-bin", value)])) != nil, "\(value)")
    }
  }

  @Test(
    "timeouts",
    arguments: [
      ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("3S", 3_000_000_000),
      ("4m", 4_000_000), ("5u", 5_000), ("6n", 6), ("0n", 0), ("99999999S", 99_999_999_000_000_000),
      ("99999999H", Int64.max),
    ] as [(String, Int64)]
  )
  func timeout(text: String, nanoseconds: Int64) {
    #expect(GRPCTimeout.nanoseconds(text) == nanoseconds)
  }

  @Test(
    "what is no timeout is refused",
    arguments: ["", "S", "1", "1s", "-1S", "1.5S", "123456789S"]
  )
  func noTimeout(text: String) {
    #expect(GRPCTimeout.nanoseconds(text) == nil)
    guard case .status(let error) = refusal(read([("grpc-timeout", text)])) else {
      Issue.record("it was taken")
      return
    }
    #expect(error.code == .invalidArgument)
  }

  @Test("a status message is percent-encoded where it is not plain ASCII")
  func message() {
    #expect(StatusMessage.encoded("plain text, with {marks}") == "plain text, with {marks}")
    #expect(StatusMessage.encoded(" no method ") == "%20no method%20")
    #expect(StatusMessage.encoded("100 %") == "100 %25")
    #expect(StatusMessage.encoded("é\n") == "%C3%A9%0A")
    #expect(StatusMessage.encoded("") == "")
  }
}
