import ChatModel
import ChatRepository
import SeededRandom
import Synchronization
import Testing

@testable import ChatService

/// An event loop that runs only when the test says so, as long as the test says.
private final class StepExecutor: CompletionExecutor {
  private let queue = Mutex<[@Sendable () -> Void]>([])

  func execute(_ work: @escaping @Sendable () -> Void) { queue.withLock { $0.append(work) } }

  /// Runs one piece of work.
  ///
  /// - Returns: false when there is none.
  @discardableResult
  func step() -> Bool {
    let work = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    work?()
    return work != nil
  }
}

/// A reader that takes what its credit allows, and notes it.
private final class Reader: SubscriptionSink {
  let user: UserID
  let start: EventPosition
  let executor: StepExecutor
  let received = Box<[Event]>([])
  let credit: Box<Int>
  let failures = Box<[ChatError]>([])
  private let held = Box<Subscription?>(nil)

  init(_ user: UserID, after start: EventPosition, credit: Int, on executor: StepExecutor) {
    self.user = user
    self.start = start
    self.executor = executor
    self.credit = Box(credit)
  }

  var subscription: Subscription? { held.value }
  func hold(_ subscription: Subscription?) { held.set(subscription) }

  func send(_ event: LiveEvent) -> Bool {
    received.change { $0.append(event.event) }
    credit.change { $0 -= 1 }
    return credit.value > 0
  }

  func send(_ ephemeral: LiveEphemeral, at position: EventPosition) -> Bool { true }
  func caughtUp() {}
  func failed(_ error: ChatError) { failures.change { $0.append(error) } }
}

@Suite("Subscriptions, simulated")
struct SubscriptionSimulationTests {
  @Test(
    "every subscriber gets all that is theirs, once and in order, whatever the order of things",
    arguments: 1...30
  )
  func simulation(seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let log = Box<[Event]>([])
    let ward = try Ward { events in log.change { $0 += events } }
    var people: [Principal] = []
    for (name, role) in [("a", Role.patient), ("b", .patient), ("d", .doctor), ("n", .nurse)] {
      people.append(try await ward.enter(name, role))
    }
    let loops = [StepExecutor(), StepExecutor(), StepExecutor()]
    var readers: [Reader] = []
    for _ in 0..<Int.random(in: 150...300, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        let sender = people[Int.random(in: 0..<4, using: &random)]
        let staff = people[Int.random(in: 2..<4, using: &random)]
        if sender.userID != staff.userID {
          try await ward.send("m", from: sender, to: .direct(staff.userID))
        }
      case 4 where readers.count < 12:
        let user = people[Int.random(in: 0..<4, using: &random)]
        let head = try await ward.repository.logHead()
        let number = Int64.random(in: 0...head.position.rawValue, using: &random)
        let start = try #require(EventPosition(rawValue: number))
        let loop = loops[Int.random(in: 0..<3, using: &random)]
        let credit = Int.random(in: 1...20, using: &random)
        let reader = Reader(user.userID, after: start, credit: credit, on: loop)
        let place = Subscriptions.Place(log: head.log, position: start)
        reader.hold(ward.chat.subscriptions.open(at: place, user, on: loop, reader))
        readers.append(reader)
      case 5:
        guard let reader = readers.randomElement(using: &random) else { break }
        let amount = Int.random(in: 1...10, using: &random)
        let wasStarved = reader.credit.value <= 0
        reader.credit.change { $0 = max($0, 0) + amount }
        if wasStarved { reader.subscription?.creditReturned() }
      default:
        for _ in 0..<3 { loops.randomElement(using: &random)?.step() }
        await Task.yield()
      }
    }
    try await settle(readers, loops, log)
    for reader in readers {
      let expected = log.value.filter {
        $0.position > reader.start && $0.audience.contains(reader.user)
      }
      #expect(reader.received.value == expected, "seed \(seed), user \(reader.user)")
      #expect(reader.failures.value.isEmpty)
      #expect(reader.subscription?.position == log.value.last?.position, "seed \(seed)")
      reader.subscription?.end()
      reader.hold(nil)
    }
    #expect(ward.hub.subscriptionCount == 0)
    await ward.repository.close()
  }

  /// Gives everybody credit and lets everything happen that is under way.
  private func settle(
    _ readers: [Reader],
    _ loops: [StepExecutor],
    _ log: Box<[Event]>
  )
    async throws
  {
    for reader in readers {
      let wasStarved = reader.credit.value <= 0
      reader.credit.set(1_000_000)
      if wasStarved { reader.subscription?.creditReturned() }
    }
    for _ in 0..<200_000 {
      for loop in loops { while loop.step() {} }
      let head = log.value.last?.position ?? .zero
      if readers.allSatisfy({ $0.subscription?.isLive == true && $0.subscription?.position == head }
      ) {
        return
      }
      await Task.yield()
    }
    Issue.record("not everybody caught up")
  }
}
