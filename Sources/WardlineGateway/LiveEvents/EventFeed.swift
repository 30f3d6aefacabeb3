import HTTPTypes
import RPC
import WardlineAPI

/// A subscription that was opened for a request, of which the first answer has come: so whether it
/// may be is known before anything is sent.
struct EventFeed: Sendable {
  /// Where the feed begins.
  let first: SubscribeResponse
  private let rest: MessageStream<SubscribeResponse>.Iterator

  /// - Parameters:
  ///   - cursor: empty for what happens from now on.
  ///   - heartbeat: how often something comes when nothing happens, in milliseconds; 0 for the usual.
  ///   - poll: when the feed ends by itself; nil lets it last as long as its reader.
  /// - Throws: `Problem` and `RPCError`.
  init(
    after cursor: String,
    heartbeat: Int32 = 0,
    poll: Poll? = nil,
    _ call: RouteCall
  ) async throws {
    let request = SubscribeRequest(
      cursor: cursor,
      fromStart: cursor.isEmpty && call.query.text("from") == "start",
      heartbeatIntervalMs: heartbeat,
      poll: poll
    )
    var options = call.options
    options.timeout = nil
    rest = try await call.api.events.subscribe(request, options: options).makeAsyncIterator()
    do {
      first = try Routes.present(try await rest.next())
    } catch let error as RPCError where error.code == .outOfRange {
      throw Problem(.gone, "CURSOR_EXPIRED", error.message, field: "after")
    }
  }

  /// The next answer; nil when the server has ended the subscription well.
  ///
  /// - Throws: `RPCError` with what ended it.
  func next() async throws -> SubscribeResponse? { try await rest.next() }
}
