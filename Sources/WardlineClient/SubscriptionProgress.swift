import RPC
import WardlineAPI

/// How far a subscription has come, over all of its connections. Decides what the reader is told
/// and where the next connection goes on; touches no socket and no clock.
struct SubscriptionProgress {
  /// What to do when a stream has ended.
  enum OnEnd: Equatable {
    case retry
    case fail(RPCError)
  }

  private(set) var start: SubscriptionStart
  private(set) var cursor: String
  /// How often in a row the server was not there.
  private(set) var failures = 0
  private var isConnected = false
  private var hasCaughtUp = false

  init(_ start: SubscriptionStart) {
    self.start = start
    cursor = if case .after(let cursor) = start { cursor } else { "" }
  }

  /// The server has sent something.
  mutating func received(_ response: SubscribeResponse) -> [SubscriptionUpdate] {
    if !response.cursor.isEmpty {
      cursor = response.cursor
      start = .after(cursor: cursor)
    }
    failures = 0
    var changes: [SubscriptionUpdate.Change] = []
    if !isConnected {
      isConnected = true
      changes.append(.connected)
    }
    switch response.body {
    case .event(let event): changes.append(.event(event))
    case .heartbeat(let heartbeat):
      if heartbeat.caughtUp && !hasCaughtUp {
        hasCaughtUp = true
        changes.append(.caughtUp)
      } else if changes.isEmpty {
        changes.append(.passed)
      }
    case .typing(let typing): changes.append(.typing(typing))
    case .presence(let presence): changes.append(.presence(presence))
    // The stream's status follows and says the same.
    case .ended, nil: break
    }
    return changes.map { SubscriptionUpdate($0, cursor: cursor) }
  }

  /// The stream, or the attempt to open it, has ended.
  mutating func ended(_ error: RPCError) -> OnEnd {
    isConnected = false
    hasCaughtUp = false
    guard error.code.passes else { return .fail(error) }
    failures += 1
    return .retry
  }
}
