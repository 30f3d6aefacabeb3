import NIOCore
import NIOHPACK
import NIOHTTP2
import RPC
import TTRPC

/// One gRPC connection of the load generator, behind a handler that makes frames of HTTP/2.
///
/// Streams are numbers here and nothing else: a channel for each call, as a multiplexer makes them,
/// would be most of the work.
final class GRPCLoadHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private let recorder: LoadRecorder
  private var pacer: LoadPacer
  private let headers: HPACKHeaders
  private let message: ByteBuffer
  private let ticker: LoadTicker
  /// Which of the connections this is, from 0.
  private let index: Int
  /// Bytes received since the server was last granted more for the connection.
  private var ungranted = 0

  init(_ plan: LoadPlan, index: Int, _ recorder: LoadRecorder, _ ticker: LoadTicker) {
    self.recorder = recorder
    self.ticker = ticker
    self.index = index
    pacer = LoadPacer(plan, index: index)
    headers = Self.headers(of: plan)
    let payload = plan.request.payload
    var message = ByteBuffer()
    // Not compressed, and its length.
    message.writeInteger(UInt8(0))
    message.writeInteger(UInt32(payload.readableBytes))
    message.writeImmutableBuffer(payload)
    self.message = message
  }

  private static func headers(of plan: LoadPlan) -> HPACKHeaders {
    let request = plan.request
    var headers = HPACKHeaders([
      (":method", "POST"),
      (":scheme", "http"),
      (":path", "/\(request.method.service)/\(request.method.name)"),
      (":authority", authority(of: plan.address)),
      ("content-type", "application/grpc"),
      ("te", "trailers"),
    ])
    for entry in request.metadata.entries { headers.add(name: entry.key, value: entry.value) }
    return headers
  }

  private static func authority(of address: ServiceAddress) -> String {
    if case .unix = address { "localhost" } else { "\(address)" }
  }

  /// Makes frames for this handler and of what it writes.
  static func http2() -> NIOHTTP2Handler {
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .enablePush, value: 0),
      HTTP2Setting(parameter: .initialWindowSize, value: windowMax),
    ]
    // A server may measure the connection with as many pings as it likes.
    connection.controlFrameRateLimit.maximumCount = .max
    return NIOHTTP2Handler(mode: .client, connectionConfiguration: connection)
  }

  /// For a server that does not say how many it takes. The frames of streams beyond that would be held
  /// back below, where many of them are slow to handle.
  private static let callsUnderWayMax = 100

  private static let windowMax = Int(Int32.max)
  private static let windowAtFirst = 65_535

  func channelActive(context: ChannelHandlerContext) {
    grant(Self.windowMax - Self.windowAtFirst, context)
    context.flush()
  }

  func channelInactive(context: ChannelHandlerContext) {
    ticker.remove(index)
    recorder.connectionLost()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    // The server says how many calls it takes at once before the first one is made.
    case .settings(.settings(let settings)): begin(settings, context)
    case .data(let data): received(data.data.readableBytes, context)
    case .headers(let headers) where headers.endStream:
      ended(frame.streamID, isFailure: headers.headers.first(name: "grpc-status") != "0", context)
    case .rstStream: ended(frame.streamID, isFailure: true, context)
    default: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: Calls

  private func begin(_ settings: HTTP2Settings, _ context: ChannelHandlerContext) {
    let callsMax = settings.last { $0.parameter == .maxConcurrentStreams }?.value
    if !pacer.hasBegun || callsMax != nil { pacer.limit(to: callsMax ?? Self.callsUnderWayMax) }
    if pacer.hasBegun { return }
    make(pacer.begin(at: context.eventLoop.now), context)
    if pacer.isOpen { keepLooking(context) }
  }

  private func make(_ calls: Range<Int>, _ context: ChannelHandlerContext) {
    for call in calls {
      let id = HTTP2StreamID(2 * call + 1)
      let data = HTTP2Frame.FramePayload.Data(data: .byteBuffer(message), endStream: true)
      write(.headers(HTTP2Frame.FramePayload.Headers(headers: headers)), id, context)
      write(.data(data), id, context)
    }
  }

  private func keepLooking(_ context: ChannelHandlerContext) {
    ticker.add(index) { [self] in
      make(pacer.due(at: context.eventLoop.now), context)
      context.flush()
    }
  }

  private func ended(_ id: HTTP2StreamID, isFailure: Bool, _ context: ChannelHandlerContext) {
    let now = context.eventLoop.now
    guard let (latency, next) = pacer.answered((Int(id) - 1) / 2, at: now) else {
      return recorder.answered(after: .zero, isFailure: true)
    }
    recorder.answered(after: latency, isFailure: isFailure)
    make(next, context)
  }

  // MARK: Windows

  private func received(_ byteCount: Int, _ context: ChannelHandlerContext) {
    ungranted += byteCount
    if ungranted < Self.windowMax / 2 { return }
    grant(ungranted, context)
    ungranted = 0
  }

  private func grant(_ byteCount: Int, _ context: ChannelHandlerContext) {
    write(.windowUpdate(windowSizeIncrement: byteCount), .rootStream, context)
  }

  private func write(
    _ payload: HTTP2Frame.FramePayload,
    _ id: HTTP2StreamID,
    _ context: ChannelHandlerContext
  ) {
    context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
  }
}
