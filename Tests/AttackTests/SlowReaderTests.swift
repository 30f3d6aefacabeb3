import NIOCore
import RPC
import SeededRandom
import TTRPC
import Testing
import WardlineAPI

@Suite("A subscriber that does not read", .enabled(if: ProcessFacts.areKnown))
struct SlowReaderTests {
  @Test("costs the server little, holds up nobody, and gets everything once it reads")
  func subscription() async throws {
    let target = try await Target.open()
    let conversation = try await MessagesClient(target.bystander)
      .send(Self.message("first")).conversationID
    let slow = try await target.connect("dr-lindqvist")
    let events = try await EventsClient(slow).subscribe(SubscribeRequest(fromStart: true))
    // Until it is asked, a stream's iterator reads no more than fits into its window.
    let reader = events.makeAsyncIterator()
    let count = Soak.count(10_000, soak: 1_000_000)
    let before = target.facts.residentBytes
    let text = String(repeating: "x", count: 1_000)
    try await withThrowingTaskGroup { group in
      for writer in 0..<16 {
        group.addTask {
          for index in 0..<count / 16 {
            _ = try await MessagesClient(target.bystander).send(
              Self.message("\(text) \(writer)-\(index)", key: "\(writer)-\(index)")
            )
          }
        }
      }
      try await group.waitForAll()
    }
    let growth = target.facts.residentBytes - before
    print("slow subscriber: \(growth) bytes of memory more after \(count) messages of 1 kB")
    // Most of it is the caches of the database; what was written is several times as much.
    #expect(growth < 48 << 20)
    var sequence: Int64 = 0
    while sequence < Int64(count / 16 * 16 + 1), let response = try await reader.next() {
      guard case .event(let event) = response.body,
        case .messageCreated(let message) = event.change,
        message.conversationID == conversation
      else { continue }
      #expect(message.sequence == sequence + 1)
      sequence = message.sequence
    }
    #expect(sequence == Int64(count / 16 * 16 + 1))
    await slow.close()
    #expect(await target.close() == 0)
  }

  private static func message(_ text: String, key: String = "first") -> SendMessageRequest {
    SendMessageRequest(to: .recipientID("dr-lindqvist"), content: text, idempotencyKey: key)
  }
}
