public import ChatModel
public import ChatRepository

/// Subscriptions to the log.
public struct Subscriptions: Sendable {
  private let repository: any ChatRepository
  private let hub: EventHub
  private let presence: PresenceBoard

  init(_ repository: any ChatRepository, _ hub: EventHub, _ presence: PresenceBoard) {
    self.repository = repository
    self.hub = hub
    self.presence = presence
  }

  /// Where a subscription begins.
  public enum Start: Sendable, Hashable {
    case now
    case firstEvent
    case after(Cursor)
  }

  /// A place in this repository's log.
  public struct Place: Sendable, Hashable {
    public let log: LogID
    public let position: EventPosition
  }

  /// Finds the place where a subscription begins.
  ///
  /// - Throws: `outOfRange` for a cursor of another log or beyond the end of this one.
  public func place(
    _ start: Start,
    _ caller: Principal
  ) async throws(ChatError) -> Place {
    try Policy.demand(.subscribe, caller)
    let head = try await repository.logHead()
    switch start {
    case .now: return Place(log: head.log, position: head.position)
    case .firstEvent: return Place(log: head.log, position: .zero)
    case .after(let cursor):
      guard cursor.log == head.log, cursor.position <= head.position else { throw .outOfRange }
      return Place(log: head.log, position: cursor.position)
    }
  }

  /// Opens a subscription of the caller. Call it on the loop of `executor`, where everything else
  /// of the subscription happens too.
  public func open(
    at place: Place,
    _ caller: Principal,
    on executor: any CompletionExecutor,
    _ sink: any SubscriptionSink
  ) -> Subscription {
    let subscription = Subscription(
      of: caller.userID,
      after: place.position,
      hub.loop(of: executor),
      repository,
      sink,
      onEnd: { [presence] in presence.closed(caller.userID) }
    )
    presence.opened(caller.userID)
    subscription.start()
    return subscription
  }
}
