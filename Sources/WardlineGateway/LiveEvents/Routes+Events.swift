import Hummingbird
import WardlineAPI

extension Routes {
  /// What happens, as it happens.
  static let events: [Route] = [
    Route(
      verb: .get,
      path: "/api/events",
      summary: "The next events, waited for if there are none",
      query: [
        .next(.cursor), from, RequestField("wait", .integer(0...60)),
        RequestField("limit", .integer(1...1000)),
      ],
      successes: [
        Route.Success(status: .ok, type: "application/json", schema: ("EventPage", eventPage))
      ],
      isDescribed: false
    ) { try await LongPollRoute.answer($0) },
    Route(
      verb: .get,
      path: "/api/events/stream",
      summary: "Events as they happen (server-sent events)",
      query: [.next(.cursor), from],
      body: .unread,
      successes: [Route.Success(status: .ok, type: "text/event-stream")],
      isDescribed: false
    ) { try await EventStreamRoute.answer($0) },
    // What becomes a WebSocket never comes here; who may not have one is told why.
    Route(
      verb: .get,
      path: RoutePath(EventSockets.path),
      summary: "Events and requests over a WebSocket",
      query: [.next(.cursor), from],
      body: .unread,
      successes: [Route.Success(status: .switchingProtocols, type: nil)],
      isDescribed: false
    ) { call in
      _ = try await call.api.session.whoAmI(WhoAmIRequest(), options: call.options)
      throw Problem(
        .upgradeRequired,
        "UPGRADE_REQUIRED",
        "this path is a WebSocket",
        headers: [.upgrade: "websocket"]
      )
    },
  ]

  private static let from = RequestField("from", .words(["start"]))

  private static let eventPage = JSONSchema.object([
    JSONSchema.Member(name: "data", schema: .list(event)),
    JSONSchema.Member(name: "cursor", schema: .text),
    JSONSchema.Member(name: "caught_up", schema: .boolean),
  ])

  private static let event = JSONSchema.object([
    JSONSchema.Member(name: "cursor", schema: .text),
    JSONSchema.Member(name: "type", schema: .text),
    JSONSchema.Member(name: "Conversation_id", schema: .nullable(.text)),
    JSONSchema.Member(name: "Occurred_at", schema: .nullable(.time)),
    JSONSchema.Member(name: "data", schema: .object([])),
  ])
}
