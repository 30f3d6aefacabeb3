public import ChatModel
import ChatRepository
import Synchronization

/// Where a subscription's events go. Called on the subscription's loop.
public protocol SubscriptionSink: Sendable {
  /// Sends an event to the reader.
  ///
  /// - Returns: whether the reader takes more at once.
  func send(_ event: LiveEvent) -> Bool
  /// Sends the reader, who has everything up to `position`, something that is in no log.
  ///
  /// - Returns: whether the reader takes more at once.
  func send(_ ephemeral: LiveEphemeral, at position: EventPosition) -> Bool
  /// The subscription has read everything that had happened.
  func caughtUp()
  /// The subscription cannot go on.
  func failed(_ error: ChatError)
}

/// A cursor into the log that moves, on one event loop.
///
/// All methods are called on the loop of the executor it was opened with.
public final class Subscription: Sendable {
  let user: UserID
  private let hub: LoopHub
  private let repository: any ChatRepository
  private let sink: any SubscriptionSink
  private let onEnd: @Sendable () -> Void
  private let machine: Mutex<SubscriptionStateMachine>

  init(
    of user: UserID,
    after position: EventPosition,
    _ hub: LoopHub,
    _ repository: any ChatRepository,
    _ sink: any SubscriptionSink,
    onEnd: @escaping @Sendable () -> Void
  ) {
    self.user = user
    self.hub = hub
    self.repository = repository
    self.sink = sink
    self.onEnd = onEnd
    machine = Mutex(SubscriptionStateMachine(after: position))
  }

  /// The place up to which the reader has everything: what its next cursor says.
  public var position: EventPosition {
    let seenByLoop = hub.position
    return machine.withLock { machine in
      machine.passed(seenByLoop)
      return machine.position
    }
  }

  /// Whether events come as they happen.
  public var isLive: Bool { machine.withLock { $0.phase == .live } }

  /// Whether the reader has taken nothing for so long that nothing is sent to it.
  public var isParked: Bool { machine.withLock { $0.phase == .parked } }

  func start() {
    hub.opened()
    perform(.readPage(after: machine.withLock { $0.position }))
  }

  /// The reader takes more again.
  public func creditReturned() {
    perform(machine.withLock { $0.creditReturned() })
  }

  /// Ends the subscription. The sink is not called any more.
  public func end() {
    let wasOpen = machine.withLock { machine in
      defer { machine.end() }
      return machine.phase != .ended
    }
    guard wasOpen else { return }
    hub.leave(self)
    hub.closed()
    onEnd()
  }

  /// An event of which this user is in the audience has just happened.
  func happened(_ event: LiveEvent) {
    let position = event.event.position
    guard machine.withLock({ $0.wants(position) }) else { return }
    let hasCredit = sink.send(event)
    machine.withLock { $0.delivered(position) }
    if !hasCredit { park() }
  }

  /// Something that is kept nowhere has just happened.
  func happened(_ ephemeral: LiveEphemeral) {
    guard isLive else { return }
    if !sink.send(ephemeral, at: position) { park() }
  }

  private func park() {
    hub.leave(self)
    machine.withLock { $0.creditExhausted() }
  }

  private func perform(_ action: SubscriptionStateMachine.Action) {
    switch action {
    case .nothing: break
    case .readPage(let position): readPage(after: position)
    case .joinLive(let position):
      let hasJoined = hub.join(self, at: position)
      let next = machine.withLock { $0.joined(hasJoined) }
      if hasJoined {
        sink.caughtUp()
        tellOfGap()
      }
      perform(next)
    }
  }

  /// A reader who took nothing for a while has missed what is kept nowhere, and is told so.
  private func tellOfGap() {
    guard machine.withLock({ $0.takeGap() }) else { return }
    happened(Self.gap)
  }

  private static let gap = LiveEphemeral(.presence([], isIncomplete: true))

  private func readPage(after position: EventPosition) {
    let query = EventQuery(after: position, user: user, byteLimit: Self.pageBytesMax)
    Task {
      let result: Result<EventPage, ChatError>
      do {
        result = .success(try await repository.events(query))
      } catch let error as ChatError {
        result = .failure(error)
      }
      hub.executor.execute { self.pageRead(result) }
    }
  }

  /// A reader that stops during a page has been sent the rest of it all the same, so it is small.
  private static let pageBytesMax = 32 << 10

  private func pageRead(_ result: Result<EventPage, ChatError>) {
    guard machine.withLock({ $0.phase == .reading }) else { return }
    switch result {
    case .failure(let error):
      sink.failed(error)
      end()
    case .success(let page):
      for event in page.events {
        let hasCredit = sink.send(LiveEvent(event))
        machine.withLock { $0.delivered(event.position) }
        if !hasCredit { return park() }
      }
      perform(
        machine.withLock {
          $0.pageDelivered(reached: page.reached, reachedHead: page.reachedHead)
        }
      )
    }
  }
}
