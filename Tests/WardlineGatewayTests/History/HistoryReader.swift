import RPC
import WardlineAPI

/// Reads a history in every way that there is.
struct HistoryReader {
  let practice: Practice
  let person: Visitor
  let role: String

  /// All messages of a conversation, in pages forwards or backwards.
  func lines(of talk: String, pages limit: Int, forwards: Bool) async throws -> [[String: Any]] {
    var found: [[String: Any]] = []
    var query = forwards ? "&after=0" : ""
    while true {
      let page = try await person.get("/messages/conversation/\(talk)?limit=\(limit)\(query)")
      found = forwards ? found + page.data : page.data + found
      if page.json["has_more"] as? Bool != true { return found }
      query = forwards ? "&after=\(page.text("after"))" : "&before=\(page.text("before"))"
    }
  }

  /// Cursors and types by polling.
  func polled(after cursor: String?, limit: Int) async throws -> [String] {
    var found: [String] = []
    var query = cursor.map { "after=\($0)" } ?? "from=start"
    while true {
      let page = try await person.get("/api/events?\(query)&limit=\(limit)")
      found += page.data.filter(Self.isDurable).map(Self.name)
      if page.json["caught_up"] as? Bool == true { return found }
      query = "after=\(page.text("cursor"))"
    }
  }

  /// The same by server-sent events.
  func streamed(after cursor: String?, _ count: Int) async throws -> [String] {
    let feed = try await ServerSentEvents(person, "/api/events/stream?\(Self.query(cursor))")
    defer { feed.close() }
    var found: [String] = []
    while found.count < count { found.append(Self.name(try await feed.nextDurable().json)) }
    return found
  }

  /// The same by the subscription of other clients: the cursors alone.
  func subscribed(after cursor: String?) async throws -> [String] {
    let events = EventsClient(practice.caller(person.id, role))
    let request = SubscribeRequest(
      cursor: cursor ?? "",
      fromStart: cursor == nil,
      poll: Poll()
    )
    var found: [String] = []
    for try await response in try await events.subscribe(request) {
      if case .event = response.body { found.append(response.cursor) }
    }
    return found
  }

  private static func query(_ cursor: String?) -> String {
    cursor.map { "after=\($0)" } ?? "from=start"
  }

  private static func isDurable(_ event: [String: Any]) -> Bool {
    !["presence", "typing"].contains(event["type"] as? String ?? "")
  }

  /// Where an event stands, what it is, and which message it is about.
  private static func name(_ event: [String: Any]) -> String {
    let message = (event["data"] as? [String: Any])?["Message_id"] as? String ?? ""
    return "\(event["cursor"] as? String ?? "") \(event["type"] as? String ?? "") \(message)"
  }
}
