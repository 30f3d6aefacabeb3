import Hummingbird
import NIOCore
import RPC
import WardlineAPI

/// Server-sent events, as the HTML standard writes them.
enum EventStreamRoute {
  static func answer(_ call: RouteCall) async throws -> Answer {
    let cursor = call.request.headers[.lastEventID] ?? call.query.text("after")
    let feed = try await EventFeed(
      .serverSent,
      after: cursor,
      heartbeat: call.heartbeatMs,
      call
    )
    return Answer(
      status: .ok,
      headers: [.contentType: "text/event-stream; charset=utf-8", .xAccelBuffering: "no"],
      body: .bytes(body(feed, call.request.body))
    )
  }

  /// The writer waits for the reader, and the feed for the writer: a reader that is slow has a few
  /// messages waiting, and the rest in the log. It ends when the reader closes the connection.
  private static func body(_ feed: EventFeed, _ request: RequestBody) -> ResponseBody {
    ResponseBody { writer in
      do {
        try await request.consumeWithCancellationOnInboundClose { _ in
          var next: SubscribeResponse? = feed.first
          while let response = next {
            if let text = EventText(response) { try await writer.write(buffer(text)) }
            next = try await feed.next()
          }
        }
      } catch let error as RPCError {
        try await writer.write(ByteBuffer(string: ": ended \(error.code)\n\n"))
      }
      try await writer.finish(nil)
    }
  }

  /// A heartbeat moves the place of the reader on, and is no event.
  private static func buffer(_ text: EventText) -> ByteBuffer {
    text.isHeartbeat
      ? ByteBuffer(string: ": heartbeat\nid: \(text.cursor)\n\n")
      : ByteBuffer(string: "id: \(text.cursor)\ndata: \(text.json)\n\n")
  }
}
