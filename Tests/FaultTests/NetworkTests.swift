import Foundation
import NIOCore
import NIOPosix
import SeededRandom
import ServerProcess
import TTRPC
import Testing
import WardlineAPI
import WardlineClient

@Suite("A network that cuts, resets, delays, crumbles and goes silent", .serialized)
struct NetworkTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// WARDLINE_NETWORK_ROUNDS asks for other than 20 rounds.
  private static let rounds = environment["WARDLINE_NETWORK_ROUNDS"].flatMap(Int.init) ?? 20
  /// WARDLINE_SEED repeats a run that failed.
  private static let seed =
    environment["WARDLINE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)

  @Test("loses nothing, doubles nothing, and subscribers see each event once and in order")
  func underWriters() async throws {
    let (clinic, server) = try await Clinic.open()
    var run = KillRun(clinic: clinic)
    for round in 0..<Self.rounds {
      let network = try await FaultProxy(
        to: server.port,
        seed: Self.seed + UInt64(round),
        bytesMax: 20_000,
        silence: .milliseconds(200)
      )
      await run.round(on: server, through: network)
      await network.close()
    }
    let history = try await run.settle(on: server)
    let hint = Comment(
      "repeat with WARDLINE_SEED=\(Self.seed) WARDLINE_NETWORK_ROUNDS=\(Self.rounds)"
    )
    #expect(HistoryChecker(history: history).problems() == [], hint)
    #expect(run.problems == [], hint)
    #expect(await server.stop() == 0)
    print(
      "\(Self.rounds) bad networks (seed \(Self.seed)): \(history.acknowledged.count) messages "
        + "acknowledged"
    )
  }

  @Test("a subscription goes on where it was, by itself, also when the other end just falls silent")
  func subscription() async throws {
    let (clinic, server) = try await Clinic.open()
    let network = try await FaultProxy(
      to: server.port,
      seed: Self.seed,
      bytesMax: 6_000,
      silence: .hours(1)
    )
    let writer = try await clinic.connect("amara", to: server)
    let count = 200
    for index in 0..<count {
      _ = try await MessagesClient(writer).send(
        SendMessageRequest(
          to: .recipientID("dr-lindqvist"),
          content: "\(index)",
          idempotencyKey: "\(index)"
        )
      )
    }
    let backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
    var configuration = ClientChannelConfiguration()
    configuration.backoff = backoff
    let channel = ClientChannel(configuration: configuration) {
      try await clinic.connect("dr-lindqvist", to: server, port: network.port)
    }
    let settings = SubscriptionSettings(
      delay: backoff,
      heartbeatMilliseconds: 1_000,
      silenceMax: .seconds(2)
    )
    var seen: [String] = []
    var lost = 0
    for try await update in EventSubscription(over: channel, from: .firstEvent, settings: settings)
    {
      switch update.change {
      case .event(let event):
        if case .messageCreated(let message) = event.change { seen.append(message.content) }
      case .lost:
        lost += 1
        // A network that never lets more pass than one event needs would never end.
        if lost == 100 { network.heal() }
      case .connected, .caughtUp, .passed, .typing, .presence: break
      }
      if seen.count == count { break }
    }
    #expect(seen == (0..<count).map(String.init), "repeat with WARDLINE_SEED=\(Self.seed)")
    print("a subscription of \(count) events was lost \(lost) times (seed \(Self.seed))")
    await channel.close()
    await network.close()
    #expect(await server.stop() == 0)
  }
}
