import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("A channel to a real server")
struct ChannelSocketTests {
  private static let echo = MethodDescriptor.of(.unary, name: "Echo")
  private static let never = MethodDescriptor.of(.unary, name: "Never")
  private static let refuse = MethodDescriptor.of(.unary, .idempotent, name: "Refuse")
  private static let refuseOnce = MethodDescriptor.of(.unary, name: "RefuseOnce")
  private static let count = MethodDescriptor.of(.serverStreaming, .noSideEffects, name: "Count")

  private static func server(_ arrivals: Arrivals) -> ServerOnPort {
    func unary(_ method: MethodDescriptor, _ handler: UnaryHandler<Note, Note>) -> ServerMethod {
      .unary(method, handler)
    }
    return ServerOnPort([
      unary(
        echo,
        .inline { note, _ in
          arrivals.add(note)
          return note
        }
      ),
      unary(
        never,
        .async { note, _ in
          arrivals.add(note)
          for await _ in AsyncStream<Never>.makeStream().stream {}
          throw CancellationError()
        }
      ),
      unary(
        refuse,
        .inline { note, _ in
          arrivals.add(note)
          throw RPCError(.unavailable, "not now")
        }
      ),
      unary(
        refuseOnce,
        .inline { note, _ in
          arrivals.add(note)
          throw RPCError(.unavailable, "not now")
        }
      ),
      .serverStreaming(
        count,
        .async { (note: Note, _, responses: StreamWriter<Note>) in
          arrivals.add(note)
          for number in 1...3 { try await responses.write(Note("\(number)")) }
        }
      ),
    ])
  }

  private func call(
    _ channel: ClientChannel,
    _ method: MethodDescriptor,
    _ note: Note = "x",
    _ options: CallOptions = CallOptions()
  ) async throws -> String {
    let answer: Note = try await channel.unary(method, note, options: options)
    return answer.text
  }

  @Test("a server that is killed and started again on its port is found again, many times")
  func restarts() async throws {
    let server = Self.server(Arrivals())
    try await server.start()
    let channel = server.channel()
    for round in 0..<10 {
      let options = CallOptions(timeout: .seconds(60), waitForReady: true)
      #expect(try await call(channel, Self.echo, Note("\(round)"), options) == "\(round)")
      await server.stop()
      try await server.start()
    }
    await channel.close()
    await server.stop()
  }

  @Test("calls that wait for ready bridge the time without a server")
  func waitForReady() async throws {
    let server = Self.server(Arrivals())
    try await server.start()
    let channel = server.channel()
    _ = try await call(channel, Self.echo)
    await server.stop()
    #expect(await status { _ = try await call(channel, Self.echo) }?.code == .unavailable)
    try await withThrowingTaskGroup { group in
      for number in 0..<100 {
        group.addTask {
          let options = CallOptions(timeout: .seconds(60), waitForReady: true)
          return try await call(channel, Self.echo, Note("\(number)"), options)
        }
      }
      try await eventually("attempts fail") { channel.state == .backingOff }
      try await server.start()
      let answers = try await group.reduce(into: Set<String>()) { $0.insert($1) }
      #expect(answers.count == 100)
    }
    await channel.close()
    await server.stop()
  }

  @Test("without a server a call that does not wait fails at once")
  func failsFast() async throws {
    let server = Self.server(Arrivals())
    try await server.start()
    let channel = server.channel { $0.backoff = Backoff(initial: .seconds(600)) }
    await server.stop()
    for _ in 0..<100 {
      #expect(await status { _ = try await call(channel, Self.echo) }?.code == .unavailable)
    }
    #expect(channel.state == .backingOff)
    await channel.close()
  }

  @Test("a thousand calls that wait when the server dies all end, and reach it once each")
  func pendingCalls() async throws {
    let arrivals = Arrivals()
    let server = Self.server(arrivals)
    try await server.start()
    let channel = server.channel()
    let codes = try await withThrowingTaskGroup { group in
      for number in 0..<1_000 {
        group.addTask {
          await status { _ = try await call(channel, Self.never, Note("\(number)")) }?.code ?? .ok
        }
      }
      try await eventually("all run") { arrivals.count == 1_000 }
      #expect(channel.connectionCount == 1)
      await server.stop()
      return try await group.reduce(into: [StatusCode: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(codes == [.unavailable: 1_000])
    #expect(Set(arrivals.texts).count == 1_000 && arrivals.count == 1_000)
    await channel.close()
  }

  @Test(
    "more calls than a connection takes get a second one, and the server sees no more than that"
  )
  func pool() async throws {
    let arrivals = Arrivals()
    let server = Self.server(arrivals)
    try await server.start()
    let channel = server.channel { $0.callsPerConnectionMax = 50 }
    let calls = Task {
      await withTaskGroup { group in
        for _ in 0..<500 {
          group.addTask { _ = await status { _ = try await call(channel, Self.never) } }
        }
      }
    }
    try await eventually("four connections are full") { arrivals.count == 200 }
    #expect(channel.connectionCount == 4)
    try await eventually("the server sees four") { server.connectionCount == 4 }
    calls.cancel()
    await calls.value
    #expect(arrivals.count == 200)
    await channel.close()
    try await eventually("no connection is left") { server.connectionCount == 0 }
    await server.stop()
  }

  @Test("an idempotent call that the server refuses reaches it three times, another one once")
  func retries() async throws {
    let arrivals = Arrivals()
    let server = Self.server(arrivals)
    try await server.start()
    let channel = server.channel()
    let idempotent = await status { _ = try await call(channel, Self.refuse, "again") }
    #expect(idempotent == RPCError(.unavailable, "not now"))
    let other = await status { _ = try await call(channel, Self.refuseOnce, "once") }
    #expect(other == RPCError(.unavailable, "not now"))
    let keyless = await status { _ = try await call(channel, Self.refuse, "!keyless") }
    #expect(keyless == RPCError(.unavailable, "not now"))
    #expect(arrivals.texts == ["again", "again", "again", "once", "!keyless"])
    await channel.close()
    await server.stop()
  }

  @Test("a server that refuses everything is not asked three times by everybody")
  func retryBudget() async throws {
    let arrivals = Arrivals()
    let server = Self.server(arrivals)
    try await server.start()
    let channel = server.channel { $0.retry.tokensMax = 10 }
    for _ in 0..<100 { _ = await status { _ = try await call(channel, Self.refuse) } }
    #expect(arrivals.count <= 110)
    await channel.close()
    await server.stop()
  }

  @Test("streams come through")
  func streams() async throws {
    let server = Self.server(Arrivals())
    try await server.start()
    let channel = server.channel()
    for _ in 0..<20 {
      let stream: MessageStream<Note> = try await channel.serverStreaming(
        Self.count,
        "x" as Note,
        options: CallOptions()
      )
      var texts: [String] = []
      for try await note in stream { texts.append(note.text) }
      #expect(texts == ["1", "2", "3"])
    }
    await channel.close()
    await server.stop()
  }

  @Test("a peer that resets every connection is asked again only after waits, and nothing is left")
  func resets() async throws {
    let accepted = Arrivals()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        accepted.add("")
        guard let provider = channel as? any SocketOptionProvider else {
          return channel.eventLoop.makeSucceededVoidFuture()
        }
        return provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).always { _ in
          channel.eventLoop.execute { channel.close(promise: nil) }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    var configuration = ClientChannelConfiguration()
    configuration.backoff = Backoff(initial: .seconds(600))
    let channel = ClientChannel(
      to: .tcp(host: "127.0.0.1", port: port),
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: configuration
    )
    for _ in 0..<50 {
      let options = CallOptions(timeout: .seconds(60))
      let error = await status { _ = try await call(channel, Self.refuse, "x", options) }
      #expect(error?.code == .unavailable)
    }
    // A connection may be lost before or after a call has been put on it.
    #expect(accepted.count <= 3)
    try await eventually("it waits") { channel.state == .backingOff }
    #expect(channel.connectionCount == 0)
    await channel.close()
    try await listener.close()
  }

  @Test("a cancelled call frees its place, and the connection goes on")
  func cancelled() async throws {
    let arrivals = Arrivals()
    let server = Self.server(arrivals)
    try await server.start()
    let channel = server.channel { $0.callsPerConnectionMax = 1 }
    for number in 1...20 {
      let waiting = Task { await status { _ = try await call(channel, Self.never) } }
      try await eventually("it runs") { arrivals.count == number }
      waiting.cancel()
      #expect(await waiting.value?.code == .cancelled)
    }
    #expect(channel.connectionCount == 1)
    await channel.close()
    await server.stop()
  }
}
