public import RPC
public import WardlineAPI

/// What a subscription tells its reader.
public struct SubscriptionUpdate: Sendable, Equatable {
  public enum Change: Sendable, Equatable {
    /// The server has answered; it now sends what happened after the cursor.
    case connected
    /// Something happened, once and in order.
    case event(Event)
    /// From here on events come as they happen.
    case caughtUp
    /// Nothing happened that concerns the reader; only the cursor has moved.
    case passed
    /// Another participant has begun or ceased to type. Nothing of it is in the log: whoever was not
    /// there has missed it.
    case typing(TypingChanged)
    /// The presence of others has changed. Nothing of it is in the log either: ask for theirs with
    /// `Presence/Get` after `caughtUp`.
    case presence(PresenceChanged)
    /// The server is gone for now. The subscription goes on by itself, after that time at the
    /// earliest.
    case lost(RPCError, retryAfter: Duration)
  }

  public var change: Change
  /// Where to go on after this update: keep the newest one. Empty until the server has answered.
  public var cursor: String

  public init(_ change: Change, cursor: String) {
    self.change = change
    self.cursor = cursor
  }
}
