import NIOCore
import RPC
import Synchronization
import Testing

@testable import GRPCTransport

@Suite("Interceptors around gRPC calls")
struct InterceptorTests {
  /// Takes its time, and notes what it hears.
  private final class Recorder: ServerInterceptor {
    let lines = Mutex<[String]>([])

    func admit(_ context: inout ServerContext) -> Admission {
      let name = context.method.name
      lines.withLock { $0.append("admit \(name)") }
      switch context.metadata.first("say") {
      case "no": return .refuse(RPCError(.permissionDenied, "no"))
      case "wait": return .wait { context in context }
      case "read":
        return .waitWithMessage { context, message in
          if String(buffer: message) == "bad" { throw RPCError(.unauthenticated, "bad") }
          return context
        }
      case "hurry":
        context.deadline = context.startedAt + .milliseconds(20)
        return .proceed
      default: return .proceed
      }
    }

    func ended(_ context: ServerContext, status: StatusCode) {
      let traffic = context.traffic
      lines.withLock {
        $0.append("\(status) \(traffic.receivedBytes)/\(traffic.sentBytes)")
      }
    }

    var all: [String] { lines.withLock { $0 } }
  }

  private static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary(
      "Never",
      .async { _, _ in
        try await untilCancelled()
        return ""
      }
    ),
    .clientStream(
      "Take",
      .async { requests, _ in
        for try await _ in requests {}
        return "all"
      }
    ),
  ]

  @Test("every call is asked for before its handler and told of after its end, with its bytes")
  func hooks() async throws {
    let recorder = Recorder()
    try await GRPCServerUnderTest.with(Self.methods, interceptors: [recorder]) { test in
      let client = try await test.client()
      #expect(try await client.call("Echo", "hello").texts == ["hello"])
      #expect(try await client.call("Echo", "hello", [("say", "no")]).status == "7")
      let id = client.open("Take")
      client.sendMessage("a", on: id)
      client.sendMessage("bc", on: id, isLast: true)
      #expect(try await client.end(of: id).texts == ["all"])
      #expect(
        recorder.all
          == [
            "admit Echo", "OK 5/5", "admit Echo", "PERMISSION_DENIED 5/0", "admit Take", "OK 3/3",
          ]
      )
    }
  }

  @Test("one that waits lets the call go on, or refuses it by its message")
  func waits() async throws {
    let recorder = Recorder()
    try await GRPCServerUnderTest.with(Self.methods, interceptors: [recorder]) { test in
      let client = try await test.client()
      #expect(try await client.call("Echo", "a", [("say", "wait")]).texts == ["a"])
      #expect(try await client.call("Echo", "b", [("say", "read")]).texts == ["b"])
      #expect(try await client.call("Echo", "bad", [("say", "read")]).status == "16")
      let id = client.open("Take", [("say", "wait")])
      client.sendMessage("a", on: id, isLast: true)
      #expect(try await client.end(of: id).texts == ["all"])
    }
  }

  @Test("a deadline that an interceptor sets holds")
  func deadline() async throws {
    try await GRPCServerUnderTest.with(Self.methods, interceptors: [Recorder()]) { test in
      let client = try await test.client()
      #expect(try await client.call("Never", "", [("say", "hurry")]).status == "4")
    }
  }
}
