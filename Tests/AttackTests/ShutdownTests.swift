import RPC
import SeededRandom
import ServerProcess
import TTRPC
import Testing
import WardlineAPI

@Suite("SIGTERM while everybody works", .enabled(if: ProcessFacts.areKnown))
struct ShutdownTests {
  @Test(
    "calls end well or with UNAVAILABLE, subscribers are told, the exit code is 0",
    arguments: 1...Soak.count(5, soak: 500)
  )
  func underLoad(attempt: Int) async throws {
    let target = try await Target.open()
    var subscribers: [MessageStream<SubscribeResponse>] = []
    for _ in 0..<10 {
      let client = try await target.connect()
      for _ in 0..<10 {
        subscribers.append(try await EventsClient(client).subscribe(SubscribeRequest()))
      }
    }
    let ends = try await withThrowingTaskGroup(of: StatusCode.self) { group in
      for subscriber in subscribers {
        group.addTask { await Self.end { for try await _ in subscriber {} } }
      }
      for writer in 0..<50 {
        group.addTask { await Self.end { try await Self.write(target, writer) } }
      }
      let code = await target.server.stop()
      #expect(code == 0)
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ends.isSubset(of: [.ok, .unavailable]), "\(ends)")
    await target.bystander.close()
  }

  /// Sends until it fails.
  private static func write(_ target: Target, _ writer: Int) async throws {
    for index in 0... {
      _ = try await MessagesClient(target.bystander).send(
        SendMessageRequest(
          to: .recipientID("dr-lindqvist"),
          content: "\(writer): \(index)",
          idempotencyKey: "\(writer)-\(index)"
        )
      )
    }
  }

  private static func end(_ body: () async throws -> Void) async -> StatusCode {
    do {
      try await body()
      return .ok
    } catch {
      return (error as? RPCError)?.code ?? .unknown
    }
  }
}
