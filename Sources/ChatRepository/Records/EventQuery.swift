public import ChatModel

/// Which events to read from the log.
public struct EventQuery: Hashable, Sendable {
  /// Only events behind this position.
  public var after: EventPosition
  /// Only events whose audience holds this user.
  public var user: UserID
  /// The most events, from 1.
  public var limit: Int
  /// The most bytes of message text; the first event comes whatever its size.
  public var byteLimit: Int
  /// The most positions to look at, visible or not, from 1: it bounds what one page costs.
  public var scanWindow: Int

  public init(
    after: EventPosition,
    user: UserID,
    limit: Int = 500,
    byteLimit: Int = 1024 * 1024,
    scanWindow: Int = 10_000
  ) {
    self.after = after
    self.user = user
    self.limit = limit
    self.byteLimit = byteLimit
    self.scanWindow = scanWindow
  }
}

/// A part of the log as one user sees it.
public struct EventPage: Hashable, Sendable {
  public var events: [Event]
  /// The user has now seen all that is his up to here; the next page starts from it.
  ///
  /// Further than the last event when what follows it is not for him, so every page makes progress.
  public var reached: EventPosition
  /// Whether that was the end of the log.
  public var reachedHead: Bool

  public init(events: [Event], reached: EventPosition, reachedHead: Bool) {
    self.events = events
    self.reached = reached
    self.reachedHead = reachedHead
  }
}

/// The log's name and the position of its newest event.
public struct LogHead: Hashable, Sendable, Codable {
  public var log: LogID
  public var position: EventPosition

  public init(log: LogID, position: EventPosition) {
    self.log = log
    self.position = position
  }
}
