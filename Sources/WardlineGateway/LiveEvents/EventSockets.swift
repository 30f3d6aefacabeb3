import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket
import RPC
import Synchronization

/// Lets connections become WebSockets, and speaks with those that have.
struct EventSockets: Sendable {
  static let path = "/api/events/socket"
  private static let subprotocol = "wardline.v1"

  let responder: RouteResponder
  let metrics: GatewayMetrics

  /// What decides whether a request becomes a WebSocket: its caller must be known. One that is refused
  /// is answered with the reason, and its connection closed: behind the wish to speak something else,
  /// nothing more is understood.
  func upgrader(_ logger: Logger) -> NIOTypedWebSocketServerUpgrader<GatewayChannel.Speech> {
    let box = Box()
    return NIOTypedWebSocketServerUpgrader(
      maxFrameSize: Self.textBytesMax,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeFutureWithTask {
          let start = ContinuousClock.now
          do throws(Problem) {
            let socket = try await admit(head, channel, logger)
            box.admitted.withLock { $0 = socket }
            count(.switchingProtocols, since: start)
            return Self.headers(for: head)
          } catch {
            count(error.status, since: start)
            try await Self.refuse(error, on: channel)
            return nil
          }
        }
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          guard let socket = box.admitted.withLock({ $0.take() }) else {
            throw ChannelError.inputClosed
          }
          return .webSocket(try Self.frames(channel), socket)
        }
      }
    )
  }

  func run(_ frames: EventSocket.Frames, _ socket: AdmittedSocket, _ logger: Logger) async {
    let requests = SocketRequests(
      responder: responder,
      upgrade: socket.call.request,
      frames.channel,
      logger
    )
    await EventSocket(frames, socket.events, requests).run(logger)
  }

  private func count(_ status: HTTPResponse.Status, since start: ContinuousClock.Instant) {
    let name = GatewayMetrics.RouteName(verb: HTTPRequest.Method.get.rawValue, template: Self.path)
    metrics.answered(name, status: status.code, in: ContinuousClock.now - start)
  }

  /// The events of the request, when its caller may have them. Whether they may is asked by opening
  /// them: there is no other call, and no other record in the audit.
  private func admit(
    _ head: HTTPRequestHead,
    _ channel: any Channel,
    _ logger: Logger
  ) async throws(Problem) -> AdmittedSocket {
    guard head.uri.prefix(while: { $0 != "?" }) == Self.path, head.method == .GET,
      let request = try? HTTPRequest(head, secure: false, splitCookie: false),
      let route = responder.table.find(.get, Self.path)
    else { throw .noSuchPath }
    let context = GatewayContext(
      source: ApplicationRequestContextSource(channel: channel, logger: logger)
    )
    let whole = Request(head: request, body: RequestBody(buffer: ByteBuffer()))
    do {
      let call = try await responder.reader.call(route, whole, context)
      return AdmittedSocket(call: call, events: try await Self.events(call))
    } catch {
      throw responder.problem(of: error, route)
    }
  }

  /// A browser is not told why it gets no socket: what it could mend, it is told over one.
  private static func events(_ call: RouteCall) async throws -> Result<EventFeed, EventsRefused> {
    do {
      let cursor = call.query.text("after")
      let feed = try await EventFeed(
        .webSocket,
        after: cursor,
        heartbeat: call.heartbeatMs,
        call
      )
      return .success(feed)
    } catch let problem as Problem where problem.code == "CURSOR_EXPIRED" {
      return .failure(.expired(problem.detail))
    } catch let problem as Problem where problem.status == .tooManyRequests {
      return .failure(.tooMany(problem.detail))
    } catch let error as RPCError where error.code == .invalidArgument {
      return .failure(.invalid(error.message))
    }
  }

  /// Answers before the connection is anything, with its first handlers alone.
  private static func refuse(_ problem: Problem, on channel: any Channel) async throws {
    let body = ByteBuffer(string: problem.json)
    var head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: problem.status.code)
    )
    for field in problem.headers { head.headers.add(name: field.name.rawName, value: field.value) }
    head.headers.add(name: "Content-Type", value: "application/problem+json")
    head.headers.add(name: "Content-Length", value: String(body.readableBytes))
    head.headers.add(name: "Cache-Control", value: "no-store")
    head.headers.add(name: "X-Content-Type-Options", value: "nosniff")
    head.headers.add(name: "Connection", value: "close")
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
    try await channel.close()
  }

  private static func headers(for head: HTTPRequestHead) -> HTTPHeaders {
    let offered = head.headers[canonicalForm: "Sec-WebSocket-Protocol"]
    return offered.contains { $0 == subprotocol }
      ? ["Sec-WebSocket-Protocol": subprotocol] : [:]
  }

  private static func frames(_ channel: any Channel) throws -> EventSocket.Frames {
    try channel.pipeline.syncOperations.addHandler(FrameMasks())
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

  /// A request that was let in, on its way to the connection that it becomes.
  private final class Box: Sendable {
    let admitted = Mutex<AdmittedSocket?>(nil)
  }
}

/// A request that may become a socket.
struct AdmittedSocket: Sendable {
  let call: RouteCall
  /// What goes out over it, or why that is nothing.
  let events: Result<EventFeed, EventsRefused>
}
