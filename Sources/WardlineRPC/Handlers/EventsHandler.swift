import ChatModel
import ChatService
import NIOCore
import RPC
import WardlineAPI

/// The log of changes.
struct EventsHandler: EventsService {
  let sessions: Sessions
  let subscriptions: Subscriptions
  let completions: LoopCompletions
  let now: @Sendable () -> Timestamp

  var subscribe: ServerStreamHandler<SubscribeRequest, SubscribeResponse> {
    .deferred { request, context, stream in
      let caller = try context.principal()
      let start = try Subscriptions.Start(request)
      let heartbeat = try Self.heartbeatInterval(request.heartbeatIntervalMs)
      Task {
        do {
          let place = try await subscriptions.place(start, caller)
          context.eventLoop.execute { open(at: place, caller, stream, heartbeat) }
        } catch let error as ChatError {
          stream.fail(RPCError(error))
        }
      }
    }
  }

  private func open(
    at place: Subscriptions.Place,
    _ caller: ChatService.Principal,
    _ stream: PushStream<SubscribeResponse>,
    _ heartbeat: TimeAmount
  ) {
    let executor = completions.executor(of: stream.eventLoop)
    let feed = SubscriptionFeed(
      stream,
      log: place.log,
      caller,
      heartbeat: heartbeat,
      sessions: sessions,
      now: now
    )
    feed.start { subscriptions.open(at: place, caller, on: executor, $0) }
  }

  private static func heartbeatInterval(_ milliseconds: Int32) throws(RPCError) -> TimeAmount {
    if milliseconds == 0 { return .seconds(30) }
    guard (1_000...300_000).contains(milliseconds) else {
      throw .invalid("heartbeat_interval_ms", "must be 1000 to 300000, or 0 for 30000")
    }
    return .milliseconds(Int64(milliseconds))
  }
}

extension Subscriptions.Start {
  fileprivate init(_ request: SubscribeRequest) throws(RPCError) {
    if request.cursor.isEmpty {
      self = request.fromStart ? .firstEvent : .now
    } else if let cursor = Cursor(request.cursor) {
      self = .after(cursor)
    } else {
      throw .invalid("cursor", "is not one that this server made")
    }
  }
}
