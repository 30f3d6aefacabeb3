import ChatModel
import Hummingbird
import ProtobufC
import WardlineAPI

/// The next events in one answer, waited for if there are none.
struct LongPollRoute: Sendable {
  private var events: [String] = []
  private var cursor: String
  private var hasCaughtUp = false

  static func answer(_ call: RouteCall) async throws -> Answer {
    let cursor = call.query.text("after")
    let isBegin = cursor.isEmpty && call.query.text("from") != "start"
    let wait = isBegin ? 0 : call.query.small("wait")
    let poll = Poll(waitMs: wait * 1000, limit: Int32(call.query.integer("limit") ?? 100))
    let feed = try await EventFeed(.longPoll, after: cursor, poll: poll, call)
    var route = LongPollRoute(cursor: feed.first.cursor)
    route.take(feed.first)
    while let response = try await feed.next() { route.take(response) }
    return Answer(status: .ok, body: .json(route.json))
  }

  private init(cursor: String) {
    self.cursor = cursor
  }

  private mutating func take(_ response: SubscribeResponse) {
    cursor = response.cursor
    guard let text = EventText(response) else { return }
    if case .heartbeat(let heartbeat) = response.body {
      hasCaughtUp = hasCaughtUp || heartbeat.caughtUp
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
    text.boolean(hasCaughtUp)
    text.close("}")
    return text.text
  }
}
