public import TTRPC

/// How a subscription keeps itself alive.
public struct SubscriptionSettings: Sendable, Hashable {
  /// The waits before a stream that has ended is opened anew, beside the waits of the channel for a
  /// connection.
  public var delay: Backoff
  /// How often the server is asked to say that it is there, 1,000 to 300,000 ms.
  public var heartbeatMilliseconds: Int32
  /// A connection on which nothing has come for so long is given up: its other end is gone, though
  /// nobody has said so.
  public var silenceMax: Duration

  public init(
    delay: Backoff = Backoff(maximum: .seconds(10)),
    heartbeatMilliseconds: Int32 = 10_000,
    silenceMax: Duration = .seconds(25)
  ) {
    self.delay = delay
    self.heartbeatMilliseconds = heartbeatMilliseconds
    self.silenceMax = silenceMax
  }
}
