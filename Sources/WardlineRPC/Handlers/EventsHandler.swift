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
      let pace = SubscriptionFeed.Pace(
        heartbeat: try Self.heartbeatInterval(request.heartbeatIntervalMs),
        poll: try request.poll.map { poll throws(RPCError) in try Self.poll(poll) }
      )
      Task {
        do {
          let place = try await subscriptions.place(start, caller)
          context.eventLoop.execute { open(at: place, caller, stream, pace) }
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
    _ pace: SubscriptionFeed.Pace
  ) {
    let executor = completions.executor(of: stream.eventLoop)
    let feed = SubscriptionFeed(
      stream,
      log: place.log,
      caller,
      pace,
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

  private static func poll(_ poll: Poll) throws(RPCError) -> SubscriptionFeed.Poll {
    guard (0...300_000).contains(poll.waitMs) else {
      throw .invalid("poll.wait_ms", "must be 0 to 300000")
    }
    guard poll.limit >= 0 else { throw .invalid("poll.limit", "must not be negative") }
    return SubscriptionFeed.Poll(
      wait: .milliseconds(Int64(poll.waitMs)),
      limit: poll.limit == 0 ? .max : Int(poll.limit)
    )
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
