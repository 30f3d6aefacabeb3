import Foundation
import ProtobufSchema
import RPC
import Testing

@testable import wardline

#if canImport(FoundationNetworking)
import FoundationNetworking
import ServerProcess
#endif

@Suite("Commands that ask a server what it serves", .timeLimit(.minutes(2)))
struct ReflectionCommandTests {
  private func run(
    _ arguments: String...,
    input: [String] = [],
    in folder: TemporaryFolder
  ) async throws -> Program.Result {
    let program = try await Program(arguments + ["--data", "data"], in: folder)
    for line in input { try await program.type(line) }
    try await program.closeInput()
    return await program.end()
  }

  @Test("list-services prints every service with its methods and kinds, without a token")
  func listServices() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let all = try await run("list-services", in: folder)
    #expect(all.status == 0)
    for line in [
      "wardline.v1.Messages", "  Send  unary  SendMessageRequest -> SendMessageResponse",
      "  Subscribe  server-streaming  SubscribeRequest -> stream SubscribeResponse",
      "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
    ] {
      #expect(all.output.contains(line), "\(line)")
    }
    let one = try await run("list-services", "grpc.health.v1.Health", in: folder)
    #expect(one.output.first == "grpc.health.v1.Health" && one.output.count == 4)
    let none = try await run("list-services", "no.Such", in: folder)
    #expect(none.status == 64 && none.errors.contains { $0.contains("grpc.health.v1.Health") })
  }

  @Test("call knows methods that this program's own schema does not tell of")
  func callByReflection() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let check = try await run("call", "Health/Check", in: folder)
    #expect(check.output == [#"{"status":"SERVING"}"#])
    let service = #"{"service": "wardline.v1.Messages"}"#
    #expect(try await run("call", "Health/Check", service, in: folder).output == check.output)
    let unknown = try await run("call", "health/check", #"{"service": "x"}"#, in: folder)
    #expect(unknown.status == 1)
    let listed = try await run("call", "Health/List", in: folder)
    #expect(listed.output.first?.contains(#""wardline.v1.Events":{"status":"SERVING"}"#) == true)
    let both = try await run("call", "ServerReflection/ServerReflectionInfo", in: folder)
    #expect(both.status == 64 && both.errors.contains { $0.contains("v1alpha") })
  }

  @Test("call sends a stream from standard input, one request a line")
  func callStream() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let answers = try await run(
      "call",
      "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      input: [#"{"listServices": ""}"#, "", #"{"fileByFilename": "no.proto"}"#],
      in: folder
    )
    #expect(answers.status == 0)
    #expect(answers.output.count == 2)
    #expect(answers.output.first?.contains(#"{"name":"wardline.v1.Users"}"#) == true)
    #expect(answers.output.last?.contains(#""errorCode":5"#) == true)
  }

  @Test("the schema of this program is taken when the server has none of its own")
  func fallback() async throws {
    let schema = try await ServerSchema.of(Refusing(code: .unimplemented))
    #expect(schema.services.contains { $0.name == "wardline.v1.Messages" })
    #expect(
      try MethodIndex(schema).method("messages/send").input == "wardline.v1.SendMessageRequest"
    )
    let error = await #expect(throws: RPCError.self) {
      try await ServerSchema.of(Refusing(code: .unavailable))
    }
    #expect(error?.code == .unavailable)
  }
}

@Suite("The admin port of a server", .timeLimit(.minutes(2)))
struct AdminPortTests {
  @Test("metrics are off by default, and on with --admin-listen, with each call counted")
  func metrics() async throws {
    let folder = try TemporaryFolder()
    let arguments = ["serve", "--dev", "--data", "data", "--listen", "127.0.0.1:0"]
    let server = try await Program(arguments + ["--admin-listen", "0"], in: folder)
    defer { server.signal(SIGKILL) }
    let prefix = "metrics and health on "
    let line = await server.line { $0.hasPrefix(prefix) }
    let address = try #require(line?.dropFirst(prefix.count))
    #expect(address.hasPrefix("127.0.0.1:"))
    #expect(await server.line { $0.hasPrefix("wardline listening on ") } != nil)
    let call = try await Program.run(["call", "Health/Check", "--data", "data"], in: folder)
    #expect(call.status == 0)
    let url = try #require(URL(string: "http://\(address)/metrics"))
    let text = String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
    #expect(
      text.contains(#"wardline_calls_total{code="OK",method="grpc.health.v1.Health/Check"} 1"#)
    )
    #expect(text.contains("wardline_connections_total"))
    let ready = try #require(URL(string: "http://\(address)/readyz"))
    #expect(try await URLSession.shared.data(from: ready).0 == Data("ready\n".utf8))
  }
}

/// A transport on which every call fails.
private struct Refusing: ClientTransport {
  let code: StatusCode

  private var error: RPCError { RPCError(code, "no") }

  func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output { throw error }

  func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> { throw error }

  func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output { throw error }

  func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> { throw error }
}
