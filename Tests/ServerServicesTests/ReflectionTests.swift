import NIOCore
import NIOPosix
import ProtobufC
import ProtobufSchema
import RPC
import ServerServices
import ServiceAPI
import SwiftProtobuf
import TTRPC
import Testing
import WardlineAPI

/// A call without a connection, which keeps what it is sent.
private final class HeardCall: ServerCall {
  let eventLoop: any EventLoop
  let hasCredit = true
  private let answers: AsyncStream<ByteBuffer>.Continuation

  init(_ eventLoop: any EventLoop, _ answers: AsyncStream<ByteBuffer>.Continuation) {
    self.eventLoop = eventLoop
    self.answers = answers
  }

  func respond(with message: some RPCMessage) {}
  func fail(with error: any Error) { answers.finish() }
  func finish() { answers.finish() }
  func send(_ message: some RPCMessage) -> StreamCredit {
    var buffer = ByteBuffer()
    guard (try? message.encode(into: &buffer)) != nil else { return .closed }
    return send(encoded: buffer)
  }
  func send(encoded payload: ByteBuffer) -> StreamCredit {
    answers.yield(payload)
    return .available
  }
  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    for payload in payloads { answers.yield(payload) }
    return .available
  }
  func waitForCredit() async throws {}
  func onCredit(_ callback: @escaping @Sendable () -> Void) {}
  func onDrain(_ callback: @escaping @Sendable () -> Void) {}
  func onEnd(_ callback: @escaping @Sendable () -> Void) {}
}

@Suite("Reflection")
struct ReflectionTests {
  private typealias Request = ServerReflectionRequest.MessageRequest
  private typealias Response = ServerReflectionResponse.MessageResponse

  /// The services of the chat, never called.
  private static let methods: [ServerMethod] = SessionMethods.signatures.map { signature in
    .unary(signature.method, .inline { (_: WhoAmIRequest, _) in WhoAmIResponse() })
  }

  /// What one stream answers to these requests.
  private func answers(_ requests: [Request?]) async throws -> [ServerReflectionResponse] {
    let handler = try ReflectionHandler(describing: Self.methods)
    let queue = PayloadQueue(reportAfter: 1 << 20, onConsumed: { _ in }, onAbandoned: {})
    for request in requests {
      var buffer = ByteBuffer()
      try ServerReflectionRequest(host: "h", messageRequest: request).encode(into: &buffer)
      _ = queue.push(buffer)
    }
    queue.end(.success(()))
    let (payloads, continuation) = AsyncStream<ByteBuffer>.makeStream()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let call = HeardCall(loop, continuation)
    guard case .async(let body) = handler.serverReflectionInfo else { return [] }
    let context = ServerContext(
      method: ServerReflectionMethods.serverReflectionInfo,
      connection: ConnectionContext(eventLoop: loop, remoteAddress: "test")
    )
    try await body(MessageStream(queue), context, StreamWriter(to: call))
    continuation.finish()
    var answers: [ServerReflectionResponse] = []
    for await payload in payloads {
      answers.append(try ServerReflectionResponse(decoding: payload.readableBytesSpan))
    }
    return answers
  }

  private func answer(_ request: Request?) async throws -> Response? {
    try await answers([request]).first?.messageResponse
  }

  private func files(_ response: Response?) throws -> [String] {
    guard case .fileDescriptorResponse(let files) = response else { return [] }
    return try files.fileDescriptorProto.map {
      try Google_Protobuf_FileDescriptorProto(serializedBytes: $0).name
    }
  }

  @Test("all services are listed, reflection under both of its names too")
  func services() async throws {
    guard case .listServicesResponse(let list) = try await answer(.listServices("*")) else {
      Issue.record("no list")
      return
    }
    #expect(
      list.service.map(\.name) == [
        "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
        "wardline.v1.Session",
      ]
    )
  }

  @Test("a symbol brings its file and what that imports, once for each stream")
  func symbols() async throws {
    let session = Request.fileContainingSymbol("wardline.v1.Session")
    let responses = try await answers([
      session, .fileContainingSymbol("wardline.v1.Session.WhoAmI"),
      .fileContainingSymbol("wardline.v1.Role"),
    ])
    #expect(
      try files(responses[0].messageResponse) == [
        "wardline/v1/session.proto", "wardline/v1/users.proto",
      ]
    )
    #expect(try files(responses[1].messageResponse) == ["wardline/v1/session.proto"])
    #expect(try files(responses[2].messageResponse) == ["wardline/v1/users.proto"])
    #expect(responses[0].validHost == "h")
    #expect(responses[0].originalRequest?.messageRequest == session)
  }

  @Test("a file is found by its name")
  func fileNames() async throws {
    let found = try await answer(.fileByFilename("wardline/v1/users.proto"))
    #expect(try files(found) == ["wardline/v1/users.proto"])
    let alpha = try await answer(.fileContainingSymbol("grpc.reflection.v1alpha.ServerReflection"))
    #expect(try files(alpha) == ["grpc/reflection/v1alpha/reflection.proto"])
  }

  @Test("what does not exist is an error in the answer, and the stream goes on")
  func errors() async throws {
    let responses = try await answers([
      .fileByFilename("no.proto"), .fileContainingSymbol("no.Such"),
      .fileContainingExtension(ExtensionRequest(containingType: "no.Such", extensionNumber: 1)),
      .allExtensionNumbersOfType("no.Such"), nil,
      .allExtensionNumbersOfType("wardline.v1.Principal"),
    ])
    let codes = responses.prefix(5).map { response -> Int32? in
      guard case .errorResponse(let error) = response.messageResponse else { return nil }
      return error.errorCode
    }
    #expect(codes == [5, 5, 5, 5, 3])
    let numbers = ExtensionNumberResponse(baseTypeName: "wardline.v1.Principal")
    #expect(responses.last?.messageResponse == .allExtensionNumbersResponse(numbers))
  }

  @Test("a client learns every type of a served method over a socket")
  func overSocket() async throws {
    try await ServerUnderTest.with(Self.methods) { test in
      let client = try await test.client()
      let schema = try await ReflectionClient(client).schema()
      #expect(
        schema.services.map(\.name).sorted() == [
          "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection", "wardline.v1.Session",
        ]
      )
      let json = #"{"principal":{"userId":"amara","role":"ROLE_PATIENT","expiresAtMs":"5"}}"#
      let bytes = try schema.encode(json: json, as: "wardline.v1.WhoAmIResponse")
      #expect(try schema.json(from: bytes, as: "wardline.v1.WhoAmIResponse") == json)
      await client.close()
    }
  }

  @Test("a server without reflection answers UNIMPLEMENTED")
  func without() async throws {
    try await ServerUnderTest.with(reflects: false) { test in
      let client = try await test.client()
      let error = await #expect(throws: RPCError.self) {
        try await ReflectionClient(client).schema()
      }
      #expect(error?.code == .unimplemented)
      await client.close()
    }
  }
}
