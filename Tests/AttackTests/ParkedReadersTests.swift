import NIOCore
import RPC
import SeededRandom
import TTRPC
import Testing
import WardlineAPI

/// D6: some of many subscribers stop reading, with their sockets open.
///
/// How long the others then wait is a measurement, and no test: `wardline-bench slow-readers`.
@Suite("Subscribers that stop reading", .enabled(if: ProcessFacts.areKnown), .serialized)
struct ParkedReadersTests {
  private static let text = String(repeating: "x", count: 8_000)

  /// Messages to all subscribers, so many that no socket takes them all.
  private func send(_ count: Int, _ target: Target) async throws -> Int64 {
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          var last: Int64 = 0
          for _ in 0..<count / 8 {
            let request = SendMessageRequest(to: .recipientID("dr-lindqvist"), content: Self.text)
            last = try await MessagesClient(target.bystander).send(request).sequence
          }
          return last
        }
      }
      return try await group.reduce(0) { max($0, $1) }
    }
  }

  private static func subscribers(
    _ count: Int,
    _ target: Target
  ) async throws -> [StoppableSubscriber] {
    let token = try await target.token(of: "dr-lindqvist")
    var subscribers: [StoppableSubscriber] = []
    for _ in 0..<count { subscribers.append(try await StoppableSubscriber(to: target, token)) }
    return subscribers
  }

  @Test("D6: cost little each, hold up none of the others, and get everything once they read")
  func sockets() async throws {
    let target = try await Target.open()
    let all = try await Self.subscribers(Soak.count(100, soak: 1_000), target)
    try await eventually("all are subscribed") { all.allSatisfy(\.isLive) }
    let (stopped, reading) = (all.prefix(60), all.dropFirst(60))
    let count = Soak.count(600, soak: 6_000)
    // Once for all caches of the server, and once to see what as much more costs in any case.
    var growths: [Int] = []
    for round in 0..<3 {
      if round == 2 { for subscriber in stopped { try await subscriber.stopReading() } }
      let before = target.facts.residentBytes
      let last = try await send(count, target)
      try await eventually("the others get everything") {
        (round == 2 ? reading : all[...]).allSatisfy { $0.lastSequence == last }
      }
      growths.append(target.facts.residentBytes - before)
    }
    let newest = reading.first?.lastSequence ?? 0
    #expect(stopped.allSatisfy { $0.lastSequence < newest })
    let each = (growths[2] - growths[1]) / stopped.count
    print("parked readers: \(each) bytes of memory each; growth of the rounds: \(growths)")
    #expect(each < 64 << 10)
    for subscriber in stopped { try await subscriber.startReading() }
    let last = try await send(8, target)
    try await eventually("all get everything") { all.allSatisfy { $0.lastSequence == last } }
    let areWhole = all.allSatisfy(\.isWhole)
    #expect(areWhole, "once, in order, on the same stream")
    for subscriber in all { await subscriber.close() }
    #expect(await target.close() == 0)
  }

  @Test("D6: one whose stream is not read still has its calls answered, on the same connection")
  func streams() async throws {
    let target = try await Target.open()
    var slow: [(ClientConnection, MessageStream<SubscribeResponse>.Iterator)] = []
    for _ in 0..<10 {
      let connection = try await target.connect("dr-lindqvist")
      let request = SubscribeRequest(fromStart: true, heartbeatIntervalMs: 1_000)
      let events = try await EventsClient(connection).subscribe(request)
      // Until it is asked, a stream's iterator reads no more than fits into its window.
      slow.append((connection, events.makeAsyncIterator()))
    }
    let last = try await send(Soak.count(400, soak: 20_000), target)
    for (connection, _) in slow {
      for _ in 0..<100 { _ = try await SessionClient(connection).whoAmI(WhoAmIRequest()) }
    }
    for (_, iterator) in slow {
      var sequence: Int64 = 0
      while sequence < last, let response = try await iterator.next() {
        guard case .event(let event) = response.body,
          case .messageCreated(let message) = event.change
        else { continue }
        if sequence > 0 { #expect(message.sequence == sequence + 1) }
        sequence = message.sequence
      }
      #expect(sequence == last)
    }
    for (connection, _) in slow { await connection.close() }
    #expect(await target.close() == 0)
  }
}
