import ChatModel
import Hummingbird
import ProtobufC
import RPC
import WardlineAPI

/// The next events in one answer, waited for if there are none.
struct LongPollRoute: Sendable {
  private let feed: EventFeed
  private let limit: Int
  private var events: [String] = []
  private var cursor: String
  private var hasCaughtUp = false

  static func answer(_ call: RouteCall) async throws -> Answer {
    let cursor = call.query.text("after")
    let isBegin = cursor.isEmpty && call.query.text("from") != "start"
    let wait = isBegin ? 0 : call.query.integer("wait") ?? 0
    // The deadline of the subscription is the end of the wait.
    let timeout: Duration? = wait > 0 ? .seconds(wait) : nil
    let feed = try await EventFeed(.longPoll, after: cursor, timeout: timeout, call)
    var poll = LongPollRoute(feed, limit: Int(call.query.integer("limit") ?? 100))
    try await poll.gather(mayWait: wait > 0)
    return Answer(status: .ok, body: .json(poll.json))
  }

  private init(_ feed: EventFeed, limit: Int) {
    self.feed = feed
    self.limit = limit
    cursor = feed.first.cursor
  }

  /// Takes what there is: it is complete when the subscription says that it has caught up, or when
  /// there is as much as was asked for.
  ///
  /// - Parameter mayWait: whether to go on without any event, until the time is over.
  private mutating func gather(mayWait: Bool) async throws {
    take(feed.first)
    do {
      while events.count < limit, !hasCaughtUp || (events.isEmpty && mayWait) {
        guard let response = try await feed.next() else { return }
        take(response)
      }
    } catch let error as RPCError where error.code == .deadlineExceeded {
      // The wait is over.
    }
  }

  private mutating func take(_ response: SubscribeResponse) {
    cursor = response.cursor
    guard let text = EventText(response) else { return }
    if case .heartbeat(let heartbeat) = response.body {
      hasCaughtUp = heartbeat.caughtUp
    } else {
      events.append(text.json)
    }
  }

  private var json: String {
    var text = JSONText(isPretty: false)
    text.open("{")
    text.member("data")
    text.raw("[" + events.joined(separator: ",") + "]")
    text.member("cursor")
    text.string(cursor)
    text.member("caught_up")
    text.raw(hasCaughtUp ? "true" : "false")
    text.close("}")
    return text.text
  }
}
