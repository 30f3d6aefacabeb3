import Logging
import NIOCore
import RPC
import TTRPCWire

/// One connection of the server, on its event loop: bytes in, frames to the state machine, actions
/// performed, answers out in one write for each read.
///
/// Never leaves its loop. `ServerStream` is the way in for everybody else.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  let shared: ServerShared
  let executor: LoopExecutor
  let peer: ConnectionContext
  var machine: ServerConnectionStateMachine<ServerStream>
  var outbound = FrameWriter()
  /// Reused for every answer that is encoded before it is framed.
  var scratch = ByteBuffer()

  private var decoder: FrameDecoder
  private var context: ChannelHandlerContext?
  private var isHandlingRead = false
  private var isFlushScheduled = false
  private var isFlushing = false
  private var isReadWanted = false
  private var isWritable = true
  private var isClosing = false
  /// Streams whose writers were told to wait.
  private var starved: [ServerStream] = []
  private var watchdog: ConnectionWatchdog

  init(_ shared: ServerShared, executor: LoopExecutor, peer: ConnectionContext) {
    self.shared = shared
    self.executor = executor
    self.peer = peer
    let configuration = shared.configuration
    machine = ServerConnectionStateMachine(
      handlersMax: configuration.handlersPerConnectionMax,
      violationsMax: configuration.violationsPerConnectionMax
    )
    decoder = FrameDecoder(dataLengthMax: configuration.frameDataLengthMax)
    watchdog = ConnectionWatchdog(
      ConnectionWatchdog.Limits(
        firstFrame: configuration.firstCallTimeout,
        frame: configuration.frameTimeout,
        unread: configuration.unreadTimeout,
        idle: configuration.idleTimeout
      )
    )
  }

  /// Whether a stream may write more.
  var hasCredit: Bool { isWritable && outbound.byteCount < shared.configuration.streamBytesMax }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { startWatchdog(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    startWatchdog(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    watchdog.stop()
    for stream in machine.connectionClosed() { streamEnded(stream, .cancelled) }
    // The read that is being handled will not be completed any more, and tasks of other connections
    // on this loop wait for the drain that it promised.
    endPass()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    shared.logger.debug(
      "connection failed",
      metadata: ["peer": "\(peer.remoteAddress)", "error": "\(error)"]
    )
    close()
  }

  func close() {
    guard !isClosing else { return }
    isClosing = true
    flush()
    context?.close(promise: nil)
  }

  // MARK: Reads

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosing { return }
    beginPass()
    decoder.append(Self.unwrapInboundIn(data))
    handleFrames()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    endPass()
    context.fireChannelReadComplete()
  }

  /// Holds reads back while the peer does not take its answers.
  func read(context: ChannelHandlerContext) {
    if isWritable {
      context.read()
    } else {
      isReadWanted = true
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable {
      // Within a write, frames handled here would write again, and so on into the depth.
      if isFlushing { resumeSoon() } else { resume(context) }
    }
    context.fireChannelWritabilityChanged()
  }

  private func resumeSoon() {
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    peer.eventLoop.execute {
      guard connection.value.isWritable, let context = connection.value.context else { return }
      connection.value.resume(context)
    }
  }

  private func resume(_ context: ChannelHandlerContext) {
    beginPass()
    handleFrames()
    endPass()
    if isReadWanted && isWritable {
      isReadWanted = false
      context.read()
    }
  }

  private func beginPass() {
    guard !isHandlingRead else { return }
    isHandlingRead = true
    executor.promiseDrain()
  }

  private func endPass() {
    guard isHandlingRead else { return }
    executor.drain()
    isHandlingRead = false
    flush()
    returnCredit()
  }

  /// Handles all frames that are complete, as long as the peer takes the answers.
  private func handleFrames() {
    while !isClosing {
      if outbound.byteCount >= shared.configuration.outboundHighWatermark { flush() }
      if !isWritable { return }
      switch decoder.next() {
      case .frame(let header, let data):
        watchdog.frameReceived()
        perform(machine.frameReceived(header), header, data)
      case .oversized(let header):
        let action = machine.oversizedFrameReceived(
          header,
          limit: shared.configuration.frameDataLengthMax
        )
        perform(action, header, ByteBuffer())
      case .foreignProtocol:
        shared.logger.debug("not ttrpc", metadata: ["peer": "\(peer.remoteAddress)"])
        close()
      case .needsMoreBytes:
        return
      }
    }
  }

  private func perform(
    _ action: ServerConnectionStateMachine<ServerStream>.Action,
    _ header: FrameHeader,
    _ data: ByteBuffer
  ) {
    switch action {
    case .openStream:
      openStream(header, data)
    case .deliver(let stream, let last):
      deliver(data, to: stream, last: last)
    case .remoteClosed(let stream):
      stream.payloads?.end(.success(()))
    case .ignore:
      break
    case .refuse(let violation):
      outbound.writeResponse(header.streamID, error: RPCError(violation))
    case .failStream(let stream, let violation):
      outbound.writeResponse(header.streamID, error: RPCError(violation))
      streamEnded(stream, RPCError(violation).code)
    case .closeConnection:
      shared.logger.notice(
        "too many violations of the protocol",
        metadata: ["peer": "\(peer.remoteAddress)"]
      )
      close()
    }
  }

  private func deliver(_ data: ByteBuffer, to stream: ServerStream, last: Bool) {
    // A slow handler is bounded by its queue's watermark times the frames of one read.
    _ = stream.payloads?.push(data)
    if last { stream.payloads?.end(.success(())) }
  }

  // MARK: Writes

  /// Sends what has been written by the end of this turn of the loop.
  func flushSoon() {
    if isHandlingRead || isFlushScheduled { return }
    isFlushScheduled = true
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    peer.eventLoop.execute {
      connection.value.isFlushScheduled = false
      connection.value.flush()
      connection.value.returnCredit()
    }
  }

  /// Notes a stream that is to be told when there is credit again.
  func awaitCredit(_ stream: ServerStream) {
    guard !stream.isStarved else { return }
    stream.isStarved = true
    starved.append(stream)
    flushSoon()
  }

  private func returnCredit() {
    guard hasCredit, !starved.isEmpty else { return }
    let streams = starved
    starved = []
    for stream in streams where stream.isOpen { stream.creditReturned() }
  }

  private func flush() {
    if scratch.capacity > FrameWriter.keptCapacity { scratch = ByteBuffer() }
    guard let context, let bytes = outbound.take() else { return }
    isFlushing = true
    context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
    isFlushing = false
    isWritable = context.channel.isWritable
    guard !isWritable, !isClosing else { return }
    let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    if (waiting ?? 0) > shared.configuration.outboundBytesMax {
      shared.logger.notice(
        "the peer does not take its answers",
        metadata: ["peer": "\(peer.remoteAddress)"]
      )
      isClosing = true
      context.close(promise: nil)
    }
  }

  func handlerEnded() {
    machine.handlerEnded()
  }

  private func startWatchdog(_ context: ChannelHandlerContext) {
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    watchdog.start(on: context.eventLoop) { connection.value.watch() }
  }

  private func watch() {
    let view = ConnectionWatchdog.View(
      // What we do not read, the peer cannot complete.
      isInsideFrame: decoder.isInsideFrame && isWritable,
      isUnread: !isWritable,
      isBusy: machine.runningHandlers > 0 || machine.openStreams > 0
    )
    guard let limit = watchdog.verdict(now: peer.eventLoop.now, view).limit else { return }
    shared.metrics.limitReached(limit)
    close()
  }
}
