import Foundation
import NIOPosix
import RPC
import ServerProcess
import TTRPC
import Testing
import WardlineAPI

@Suite("A server that may open no more sockets", .serialized)
struct DescriptorTests {
  private static let descriptorsMax = 64
  private static let connectionCount = 80

  @Test("pauses accepting without being busy, serves whom it has, and goes on when some have gone")
  func exhausted() async throws {
    let data = try TemporaryFolder()
    let server = try await ServerProcess(data: data.url, descriptorsMax: Self.descriptorsMax)
    let answered = Answered()
    let connections = try await Self.connect(to: server)
    for (number, connection) in connections.enumerated() {
      Task { await Self.call(connection, number, answered) }
    }
    let accepted = try await Self.settled(server, answered)
    #expect(accepted.count > 10)
    #expect(accepted.count < Self.connectionCount)
    // Whoever is in is served as before.
    let first = try #require(accepted.min())
    await Self.call(connections[first], Self.connectionCount, answered)
    #expect(await answered.numbers.contains(Self.connectionCount))
    for number in accepted { await connections[number].close() }
    while await answered.numbers.count <= Self.connectionCount - 5 {
      await Task.yield()
      try #require(server.isRunning)
      for number in await answered.numbers where number < Self.connectionCount {
        await connections[number].close()
      }
    }
    for connection in connections { await connection.close() }
    #expect(await server.stop() == 0)
  }

  private static func connect(to server: ServerProcess) async throws -> [ClientConnection] {
    var connections: [ClientConnection] = []
    for _ in 0..<connectionCount {
      connections.append(
        try await ClientConnection.connect(
          to: .tcp(host: server.host, port: server.port),
          on: MultiThreadedEventLoopGroup.singleton
        )
      )
    }
    return connections
  }

  /// Makes a call that is refused, as nobody is signed in: an answer is an answer.
  private static func call(
    _ connection: ClientConnection,
    _ number: Int,
    _ answered: Answered
  ) async {
    do {
      _ = try await SessionClient(connection).whoAmI(WhoAmIRequest())
    } catch let error as RPCError where error.code == .unauthenticated {
      await answered.add(number)
    } catch {}
  }

  /// Those who were answered once no more are, and the server has rested for a second of the
  /// clock meanwhile: less than half of it was spent working.
  private static func settled(
    _ server: ServerProcess,
    _ answered: Answered
  ) async throws -> Set<Int> {
    var last = await answered.numbers
    var (since, work) = (ContinuousClock.now, try workTicks(server))
    while last.isEmpty || ContinuousClock.now - since < .seconds(2) {
      try await Task.sleep(for: .milliseconds(10))
      let now = await answered.numbers
      if now == last { continue }
      last = now
      (since, work) = (.now, try workTicks(server))
    }
    let spent = Double(try workTicks(server) - work) / Double(sysconf(Int32(_SC_CLK_TCK)))
    let elapsed = (ContinuousClock.now - since) / .seconds(1)
    #expect(spent < elapsed / 2, "it was busy for \(spent) s of \(elapsed) s")
    return last
  }

  /// Processor time of the server, in ticks.
  private static func workTicks(_ server: ServerProcess) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(server.pid)/stat", encoding: .utf8)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    // Behind the name in brackets: user time is the 12th, system time the 13th.
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }

  private actor Answered {
    private(set) var numbers: Set<Int> = []
    func add(_ number: Int) { numbers.insert(number) }
  }
}
