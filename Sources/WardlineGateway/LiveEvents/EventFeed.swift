import HTTPTypes
import NIOCore
import RPC
import WardlineAPI

/// A subscription that was opened for a request, of which the first answer has come: so whether it
/// may be is known before anything is sent.
///
/// It ends with the session that opened it: nothing is given out any more from that moment on, and
/// when nothing happens a look at the session ends it soon after.
struct EventFeed: Sendable {
  /// Where the feed begins.
  let first: SubscribeResponse
  private let rest: MessageStream<SubscribeResponse>.Iterator
  private let stream: OpenStream
  private let watch: SessionWatch?

  /// - Parameters:
  ///   - cursor: empty for what happens from now on.
  ///   - heartbeat: how often something comes when nothing happens, in milliseconds; 0 for the usual.
  ///   - poll: when the feed ends by itself; nil lets it last as long as its reader.
  /// - Throws: `Problem` and `RPCError`.
  init(
    _ kind: EventStreams.Kind,
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
    let stream = call.streams.open(kind)
    let rest = try await call.caller.events(in: stream).subscribe(request, options: options)
      .makeAsyncIterator()
    do {
      first = try Routes.present(try await rest.next())
    } catch let error as RPCError where error.code == .outOfRange {
      throw Problem(.gone, "CURSOR_EXPIRED", error.message, field: "after")
    } catch let error as RPCError where error.code == .resourceExhausted {
      throw stream.refusal ?? error
    }
    self.stream = stream
    self.rest = rest
    watch = call.caller.counts.map { counts in
      SessionWatch(counts, on: call.caller.connection.eventLoop) { rest.giveUp(.sessionOver) }
    }
    try watch?.check()
  }

  /// The next answer; nil when the server has ended the subscription well.
  ///
  /// - Throws: `RPCError` with what ended it.
  func next() async throws -> SubscribeResponse? {
    let response = try await rest.next()
    try watch?.check()
    return response
  }
}

/// Looks at a session every second, for as long as it is kept, and says when it is over.
private final class SessionWatch: Sendable {
  private let counts: @Sendable () -> Bool
  private let looks: RepeatedTask

  init(
    _ counts: @escaping @Sendable () -> Bool,
    on loop: any EventLoop,
    onEnd: @escaping @Sendable () -> Void
  ) {
    self.counts = counts
    looks = loop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { look in
      if counts() { return }
      look.cancel()
      onEnd()
    }
  }

  deinit { looks.cancel() }

  func check() throws(RPCError) {
    if !counts() { throw .sessionOver }
  }

  private static let interval = TimeAmount.seconds(1)
}

extension RPCError {
  fileprivate static let sessionOver = RPCError(
    .unauthenticated,
    "the session is over; sign in again"
  )
}
