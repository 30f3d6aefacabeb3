import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Synchronization
import WardlineAPI

/// Lets connections become WebSockets, and speaks with those that have.
struct EventSockets: Sendable {
  static let path = "/api/events/socket"
  private static let subprotocol = "wardline.v1"

  let responder: RouteResponder

  /// What decides whether a request becomes a WebSocket: its caller must be known. One that is refused
  /// is answered by the route of the path, with the reason.
  func upgrader(_ logger: Logger) -> NIOTypedWebSocketServerUpgrader<GatewayChannel.Speech> {
    let box = Box()
    return NIOTypedWebSocketServerUpgrader(
      maxFrameSize: Self.textBytesMax,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeFutureWithTask {
          guard let call = await admit(head, channel, logger) else { return nil }
          box.admitted.withLock { $0 = call }
          return Self.headers(for: head)
        }
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          guard let call = box.admitted.withLock({ $0.take() }) else {
            throw ChannelError.inputClosed
          }
          return .webSocket(try Self.frames(channel), call)
        }
      }
    )
  }

  func run(_ frames: EventSocket.Frames, _ call: RouteCall, _ logger: Logger) async {
    let requests = SocketRequests(
      responder: responder,
      upgrade: call.request,
      frames.channel,
      logger
    )
    await EventSocket(frames, call, requests).run(logger)
  }

  /// The call of the request, when its caller may make it.
  private func admit(
    _ head: HTTPRequestHead,
    _ channel: any Channel,
    _ logger: Logger
  ) async -> RouteCall? {
    guard head.uri.prefix(while: { $0 != "?" }) == Self.path, head.method == .GET,
      let request = try? HTTPRequest(head, secure: false, splitCookie: false),
      let route = responder.table.find(.get, Self.path)
    else { return nil }
    let context = GatewayContext(
      source: ApplicationRequestContextSource(channel: channel, logger: logger)
    )
    let whole = Request(head: request, body: RequestBody(buffer: ByteBuffer()))
    guard let call = try? await responder.reader.call(route, whole, context),
      (try? await call.api.session.whoAmI(WhoAmIRequest())) != nil
    else { return nil }
    return call
  }

  private static func headers(for head: HTTPRequestHead) -> HTTPHeaders {
    let offered = head.headers[canonicalForm: "Sec-WebSocket-Protocol"]
    return offered.contains { $0 == subprotocol }
      ? ["Sec-WebSocket-Protocol": subprotocol] : [:]
  }

  private static func frames(_ channel: any Channel) throws -> EventSocket.Frames {
    try channel.pipeline.syncOperations.addHandler(
      NIOWebSocketFrameAggregator(
        minNonFinalFragmentSize: 1,
        maxAccumulatedFrameCount: 1024,
        maxAccumulatedFrameSize: textBytesMax
      )
    )
    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
  }

  /// The most bytes in a text of a client.
  static let textBytesMax = 64 << 10

  /// The call of a request that was let in, on its way to the connection that it becomes.
  private final class Box: Sendable {
    let admitted = Mutex<RouteCall?>(nil)
  }
}
