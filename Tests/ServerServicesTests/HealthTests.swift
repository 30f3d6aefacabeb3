import Logging
import NIOCore
import NIOPosix
import RPC
import ServerServices
import ServiceAPI
import TTRPC
import Testing

/// A server with the services of this module on a port of its own.
struct ServerUnderTest {
  let address: ServiceAddress
  let states: ServingStates

  func client() async throws -> ClientConnection {
    try await ClientConnection.connect(to: address, on: MultiThreadedEventLoopGroup.singleton)
  }

  static func with(
    _ more: [ServerMethod] = [],
    reflects: Bool = true,
    _ body: (ServerUnderTest) async throws -> Void
  ) async throws {
    let states = ServingStates(["x.Chat"])
    let served = more + HealthHandler(states).methods
    let methods =
      reflects ? served + (try ReflectionHandler(describing: served)).allMethods : served
    let server = try Server(
      methods: methods,
      on: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let address = try await server.listen(on: .tcp(host: "127.0.0.1", port: 0))
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(ServerUnderTest(address: address, states: states)))
    } catch {
      result = .failure(error)
    }
    await server.shutdown()
    try result.get()
  }
}

@Suite("Health", .timeLimit(.minutes(2)))
struct HealthTests {
  private typealias Status = HealthCheckResponse.ServingStatus

  @Test("Check tells how the server and each service is, and NOT_FOUND for what it does not have")
  func check() async throws {
    try await ServerUnderTest.with { test in
      let client = try await test.client()
      let health = HealthClient(client)
      func status(_ service: String = "") async throws -> Status {
        try await health.check(HealthCheckRequest(service: service)).status
      }
      #expect(try await status() == .notServing)
      test.states.setAll(.serving)
      #expect(try await status() == .serving)
      test.states.set("x.Chat", .notServing)
      #expect(try await status("x.Chat") == .notServing)
      #expect(try await status() == .serving)
      for name in ["x", "x.chat", "x.Chat.", String(repeating: "x", count: 512)] {
        let error = await #expect(throws: RPCError.self) { try await status(name) }
        #expect(error?.code == .notFound)
      }
      let long = String(repeating: "x", count: 513)
      let error = await #expect(throws: RPCError.self) { try await status(long) }
      #expect(error?.code == .invalidArgument)
      await client.close()
    }
  }

  @Test("List tells of all services")
  func list() async throws {
    try await ServerUnderTest.with { test in
      let client = try await test.client()
      test.states.setAll(.serving)
      test.states.set("x.Late", .unknown)
      let answer = try await HealthClient(client).list(HealthListRequest())
      #expect(
        answer.statuses.mapValues(\.status) == [
          "": .serving, "x.Chat": .serving, "x.Late": .unknown,
        ]
      )
      await client.close()
    }
  }

  @Test("Watch answers at once and after every change, but not when nothing has changed")
  func watch() async throws {
    try await ServerUnderTest.with { test in
      let client = try await test.client()
      let stream = try await HealthClient(client).watch(HealthCheckRequest(service: "x.Chat"))
      let answers = stream.makeAsyncIterator()
      #expect(try await answers.next()?.status == .notServing)
      test.states.set("x.Chat", .notServing)
      test.states.set("x.Chat", .serving)
      #expect(try await answers.next()?.status == .serving)
      test.states.drain()
      #expect(try await answers.next()?.status == .notServing)
      await client.close()
    }
  }

  @Test("Watch of an unknown service says SERVICE_UNKNOWN until there is one")
  func watchUnknown() async throws {
    try await ServerUnderTest.with { test in
      let client = try await test.client()
      let stream = try await HealthClient(client).watch(HealthCheckRequest(service: "x.Later"))
      let answers = stream.makeAsyncIterator()
      #expect(try await answers.next()?.status == .serviceUnknown)
      test.states.set("x.Later", .serving)
      #expect(try await answers.next()?.status == .serving)
      await client.close()
    }
  }

  @Test("once it drains, nothing makes a server healthy again")
  func drained() {
    let states = ServingStates(["x.Chat"])
    states.setAll(.serving)
    states.drain()
    states.setAll(.serving)
    states.set("x.Chat", .serving)
    states.set("x.New", .serving)
    #expect(states.statuses == ["": .notServing, "x.Chat": .notServing])
    #expect(!states.isServing)
  }
}
