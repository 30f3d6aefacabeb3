import WardlineAPI

/// Where a subscription begins.
public enum SubscriptionStart: Sendable, Hashable {
  /// With what happens from now on.
  case now
  /// With the first event that the caller may see.
  case firstEvent
  /// After everything that an earlier subscription has delivered.
  case after(cursor: String)

  /// The request that begins here.
  func request(heartbeatMilliseconds: Int32) -> SubscribeRequest {
    switch self {
    case .now: SubscribeRequest(heartbeatIntervalMs: heartbeatMilliseconds)
    case .firstEvent:
      SubscribeRequest(fromStart: true, heartbeatIntervalMs: heartbeatMilliseconds)
    case .after(let cursor):
      SubscribeRequest(cursor: cursor, heartbeatIntervalMs: heartbeatMilliseconds)
    }
  }
}
