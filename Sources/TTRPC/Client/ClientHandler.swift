import NIOCore
import ProtobufC
import RPC
import TTRPCWire

/// One connection of the client, on its event loop.
///
/// Never leaves its loop. `ClientConnection` is the way in for callers.
final class ClientHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  private let loop: any EventLoop
  private var machine = ClientConnectionStateMachine<PendingCall>()
  private var decoder = FrameDecoder()
  private var outbound = FrameWriter()
  private var context: ChannelHandlerContext?
  private var isFlushScheduled = false
  private var closeError: RPCError?
  /// Streams whose readers have more waiting than they should. While there is one, nothing is read.
  private var fullStreams: Set<StreamID> = []
  private var flows: [StreamID: InboundFlow] = [:]
  private var isReadWanted = false

  init(on loop: any EventLoop) {
    self.loop = loop
  }

  // MARK: Calls

  /// Opens a stream and sends its Request.
  ///
  /// - Returns: its number; nil when the call has been ended with an error instead.
  func open(
    _ call: PendingCall,
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions
  ) -> StreamID? {
    if let error = closeError ?? refusal(of: payload, options.metadata) {
      call.end(error)
      return nil
    }
    let shape: StreamShape = method.kind == .unary ? .unary : .serverStreaming
    guard let id = machine.openStream(shape, call) else {
      call.end(RPCError(.unavailable, "this connection has no stream numbers left; open another"))
      return nil
    }
    let timeout = options.timeout.map { min(max(1, $0.nanoseconds), Self.timeoutMax) }
    outbound.writeRequest(
      id,
      method,
      metadata: options.metadata,
      timeoutNanoseconds: timeout ?? 0,
      payload: payload,
      flags: shape == .unary ? [] : .remoteClosed
    )
    if let timeout { startTimer(for: call, id, .nanoseconds(timeout)) }
    flushSoon()
    return id
  }

  /// The error for a request that no frame can carry as it is.
  private func refusal(of payload: ByteBuffer, _ metadata: Metadata) -> RPCError? {
    // Strings travel as C strings here: a NUL would cut one short unseen.
    for entry in metadata.entries where entry.key.utf8.contains(0) || entry.value.utf8.contains(0) {
      return RPCError(.invalidArgument, "metadata must not hold U+0000")
    }
    // Each entry needs at most 16 bytes for tags and lengths; names of methods need room too.
    let metadataBytes = metadata.entries.reduce(0) {
      $0 + $1.key.utf8.count + $1.value.utf8.count + 16
    }
    let limit = FrameHeader.dataLengthMax - (1 << 10) - metadataBytes
    if payload.readableBytes <= limit { return nil }
    return RPCError(
      .resourceExhausted,
      "the request has \(payload.readableBytes) bytes; a frame takes \(max(0, limit))"
    )
  }

  private func startTimer(for call: PendingCall, _ id: StreamID, _ timeout: TimeAmount) {
    let handler = NIOLoopBound(self, eventLoop: loop)
    call.deadlineTimer = loop.scheduleTask(in: timeout) {
      handler.value.abandon(id, RPCError.deadlineExceeded)
    }
  }

  /// Stops waiting for a call.
  func abandon(_ id: StreamID, _ error: RPCError) {
    machine.streamAbandoned(id)?.end(error)
    flows[id] = nil
    readerCaughtUp(id)
  }

  /// The reader of a stream has taken messages.
  func readerTook(_ consumed: PayloadQueue.Consumed, _ id: StreamID) {
    _ = flows[id]?.consumed(bytes: consumed.bytes, messages: consumed.messages)
    if flows[id]?.isFull != true { readerCaughtUp(id) }
    if flows[id]?.waiting == 0 { flows[id] = nil }
  }

  private func readerCaughtUp(_ id: StreamID) {
    guard fullStreams.remove(id) != nil, fullStreams.isEmpty, isReadWanted else { return }
    isReadWanted = false
    context?.read()
  }

  // MARK: Reads

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func read(context: ChannelHandlerContext) {
    if fullStreams.isEmpty {
      context.read()
    } else {
      isReadWanted = true
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(Self.unwrapInboundIn(data))
    while true {
      switch decoder.next() {
      case .frame(let header, let data):
        perform(machine.frameReceived(header), header.streamID, data)
      case .oversized(let header):
        perform(
          machine.oversizedFrameReceived(header, limit: FrameHeader.dataLengthMax),
          header.streamID,
          ByteBuffer()
        )
      case .foreignProtocol: return fail(context, "the server does not speak ttrpc")
      case .needsMoreBytes: return
      }
    }
  }

  private func perform(
    _ action: ClientConnectionStateMachine<PendingCall>.Action,
    _ id: StreamID,
    _ data: ByteBuffer
  ) {
    switch action {
    case .response(let call): respond(call, data)
    case .deliver(let call, let last):
      guard case .stream(let queue) = call.answer else { return }
      if !queue.push(data) { messageWaits(id, data.readableBytes) }
      if last { call.end(nil) }
    case .endOfStream(let call): call.end(nil)
    case .ignore: break
    case .failStream(let call, let violation): call.end(RPCError(violation))
    }
  }

  private func messageWaits(_ id: StreamID, _ byteCount: Int) {
    flows[id, default: InboundFlow(highWatermark: Self.streamBytesMax)].received(byteCount)
    if flows[id]?.isFull == true { fullStreams.insert(id) }
  }

  private func respond(_ call: PendingCall, _ data: ByteBuffer) {
    do {
      let response = try data.withUnsafeReadableBytes { bytes throws(ProtobufDecodingError) in
        try ResponseEnvelope(decoding: bytes)
      }
      if let error = response.error {
        call.end(error)
      } else {
        call.respond(response.payload)
      }
    } catch {
      call.end(RPCError(.internal, "the server's answer does not decode"))
    }
  }

  // MARK: Life

  func channelInactive(context: ChannelHandlerContext) {
    failAll(RPCError(.unavailable, "the connection to the server was lost"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(context, "the connection to the server failed")
  }

  private func fail(_ context: ChannelHandlerContext, _ message: String) {
    failAll(RPCError(.unavailable, message))
    context.close(promise: nil)
  }

  private func failAll(_ error: RPCError) {
    if closeError == nil { closeError = error }
    for call in machine.connectionClosed() { call.end(error) }
  }

  /// Ends every call that waits; later ones fail at once.
  func close() {
    guard let context else { return }
    failAll(RPCError(.cancelled, "the connection was closed by this client"))
    context.close(promise: nil)
  }

  private func flushSoon() {
    if isFlushScheduled { return }
    isFlushScheduled = true
    let handler = NIOLoopBound(self, eventLoop: loop)
    loop.execute { handler.value.flush() }
  }

  private func flush() {
    isFlushScheduled = false
    guard let context, let bytes = outbound.take() else { return }
    context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
  }

  /// Bytes of a stream that wait for its reader before the connection is no longer read.
  static let streamBytesMax = 256 << 10

  /// A year, in nanoseconds: a longer wait would overflow the clock of the loop, and nobody keeps it.
  private static let timeoutMax: Int64 = 365 * 24 * 60 * 60 * 1_000_000_000
}

extension Duration {
  /// The whole nanoseconds, cut to what fits.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }
}
