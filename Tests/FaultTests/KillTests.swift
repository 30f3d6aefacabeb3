import Foundation
import SeededRandom
import ServerProcess
import TTRPC
import Testing
import WardlineAPI

@Suite("A server that is killed", .serialized)
struct KillTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// WARDLINE_KILL_ROUNDS asks for other than 20 rounds.
  private static let rounds = environment["WARDLINE_KILL_ROUNDS"].flatMap(Int.init) ?? 20
  /// WARDLINE_SEED repeats a run that failed.
  private static let seed =
    environment["WARDLINE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)

  @Test("loses nothing, stores nothing twice, and subscribers see each event once and in order")
  func underWriters() async throws {
    var random = SeededGenerator(seed: Self.seed)
    var (clinic, server) = try await Clinic.open()
    var run = KillRun(clinic: clinic)
    for _ in 0..<Self.rounds {
      let count = Int.random(in: 1...Self.ticksMax, using: &random)
      try await run.round(on: server, killAfter: count)
      server = try await clinic.restart()
    }
    let history = try await run.settle(on: server)
    let code = await server.stop()
    let hint = Comment("repeat with WARDLINE_SEED=\(Self.seed) WARDLINE_KILL_ROUNDS=\(Self.rounds)")
    #expect(HistoryChecker(history: history).problems() == [], hint)
    #expect(run.problems == [], hint)
    #expect(code == 0)
    #expect(history.acknowledged.count >= Self.rounds, hint)
    // Restarts are asked to take less than 5 s; a busy machine may need more.
    let slowest = run.startTimes.max() ?? .zero
    #expect(slowest < .seconds(20), hint)
    print(
      "killed \(Self.rounds) times (seed \(Self.seed)): \(history.acknowledged.count) messages "
        + "acknowledged, slowest restart \(slowest)"
    )
  }

  /// Answers and events until the kill, at most: long enough for groups of commits to be under way.
  private static let ticksMax = 3000

  @Test("has the message whose answer was the last thing it said", arguments: 1...3)
  func rightAfterTheAnswer(attempt: Int) async throws {
    let (clinic, server) = try await Clinic.open()
    let connection = try await clinic.connect("amara", to: server)
    let answer = try await MessagesClient(connection).send(
      SendMessageRequest(
        to: .recipientID("dr-lindqvist"),
        content: "the last one",
        idempotencyKey: "last"
      )
    )
    await server.killAtOnce()
    let restarted = try await clinic.restart()
    let again = try await clinic.connect("dr-lindqvist", to: restarted)
    let stored = try await MessagesClient(again).get(GetMessageRequest(messageID: answer.messageID))
    #expect(stored.message?.content == "the last one")
    #expect(stored.message?.status == .sent)
    let sender = try await clinic.connect("amara", to: restarted)
    let retried = try await MessagesClient(sender).send(
      SendMessageRequest(
        to: .recipientID("dr-lindqvist"),
        content: "the last one",
        idempotencyKey: "last"
      )
    )
    #expect(retried == answer)
    #expect(await restarted.stop() == 0)
  }
}
