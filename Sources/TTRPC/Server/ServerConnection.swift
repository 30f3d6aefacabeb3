import Logging
import NIOCore
import RPC
import ServerEngine
import TTRPCWire

/// One connection of the server, on its event loop: bytes in, frames to the state machine, actions
/// performed, answers out in one write for each read.
///
/// Never leaves its loop. `ServerStream` is the way in for everybody else.
final class ServerConnection: ChannelDuplexHandler, FlushedConnection, DrainingConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  let shared: ServerShared
  let executor: LoopExecutor
  let peer: ConnectionContext
  // What a publication asks of each connection stands side by side.
  var isHandlingRead = false
  var isFlushScheduled = false
  var isFlushing = false
  /// More has been written in this turn of the loop than streams should.
  var isTurnFull = false
  var isWritable = true
  /// Whether so much waits for the peer that its requests are not read.
  var isFull = false
  var isClosing = false
  /// Something came that is no frame: what follows cannot be understood either.
  var isForeign = false
  /// The channel is closed, and every stream of the table has heard of it.
  private(set) var isGone = false
  var outbound = FrameWriter()
  var machine: ServerConnectionStateMachine<ServerStream>
  /// Reused for every answer that is encoded before it is framed.
  var scratch = ByteBuffer()

  /// The context of the last call, for the next one.
  var spareContext: ServerContext?
  /// The stream of the last call that was answered before its handler returned, likewise.
  var spareStream: ServerStream?
  /// What a spare stream has in place of the context of a call, while there is none.
  var idleContext: ServerContext?

  // What the parts of the connection in the other files share.
  private(set) var context: ChannelHandlerContext?
  /// Streams whose writers were told to wait.
  var starved: [ServerStream] = []
  var backlog = InboundBacklog()
  var budgets: ConnectionBudgets
  /// Bytes that a client with windows takes on each stream to begin with.
  var peerWindow = SendWindow.defaultSize
  /// Answers that the protocol gave by itself: in the next write, and not taken by the peer yet.
  var automaticAnswers = (unwritten: 0, untaken: 0)
  var pass: Pass
  /// The last calls, as long as they are alike.
  var tally: CallTally?
  /// Streams and handlers as the metrics know them.
  var reported = (streams: 0, handlers: 0)
  var reportedViolations = 0
  var reportedEmptyFrames = 0
  /// Bytes of messages that wait for grants, on all streams.
  var ungrantedBytes = 0
  var watchdog: ConnectionWatchdog
  var lookTimer: LookTimer?
  var deadlineTimer: DeadlineTimer?

  private(set) var decoder: FrameDecoder
  private var isReadWanted = false

  init(_ shared: ServerShared, executor: LoopExecutor, peer: ConnectionContext) {
    self.shared = shared
    self.executor = executor
    self.peer = peer
    let configuration = shared.configuration
    machine = ServerConnectionStateMachine(
      handlersMax: configuration.handlersPerConnectionMax,
      violationsMax: configuration.violationsPerConnectionMax,
      emptyFramesMax: configuration.emptyFramesMax
    )
    budgets = ConnectionBudgets(configuration)
    decoder = FrameDecoder(dataLengthMax: configuration.frameDataLengthMax)
    watchdog = ConnectionWatchdog(configuration, at: peer.eventLoop.now)
    pass = Pass(startedAt: peer.eventLoop.now)
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    shared.metrics.connectionOpened()
    if context.channel.isActive { startWatchdog() }
  }

  func channelActive(context: ChannelHandlerContext) {
    startWatchdog()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    stopWatchdog()
    stopWatchingDeadlines()
    backlog.stallTimer?.cancel()
    isGone = true
    for stream in machine.connectionClosed() { streamEnded(stream, .cancelled) }
    // The read that is being handled will not be completed any more, and tasks of other connections
    // on this loop wait for the drain that it promised.
    endPass()
    reportPass()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    // It holds the connection, as every stream does.
    spareStream = nil
    shared.metrics.connectionClosed()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    shared.logger.debug(
      "connection failed",
      metadata: ["peer": "\(peer.remoteAddress)", "error": "\(error)"]
    )
    close()
  }

  func close(because reason: String) {
    shared.logger.notice("\(reason)", metadata: ["peer": "\(peer.remoteAddress)"])
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
    let bytes = Self.unwrapInboundIn(data)
    pass.byteCount += bytes.readableBytes
    decoder.append(bytes)
    handleFrames()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    endPass()
    context.fireChannelReadComplete()
  }

  /// Holds reads back while the peer does not take its answers, or handlers not what it sends.
  func read(context: ChannelHandlerContext) {
    if mayRead {
      context.read()
    } else {
      isReadWanted = true
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable {
      isFull = false
    } else if !isFlushing {
      noteWhetherFull(waitingBytes(context))
    }
    noteWhetherUnread()
    if isWritable {
      // Within a write, frames handled here would write again, and so on into the depth.
      if isFlushing { resumeSoon() } else { resume(context) }
    }
    context.fireChannelWritabilityChanged()
  }

  var mayRead: Bool { !isFull && !isHeldBack && !isForeign }

  func resumeSoon() {
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    peer.eventLoop.execute {
      guard connection.value.mayRead, let context = connection.value.context else { return }
      connection.value.resume(context)
    }
  }

  private func resume(_ context: ChannelHandlerContext) {
    beginPass()
    watchdog.readsAgain(at: pass.startedAt)
    handleFrames()
    endPass()
    if isReadWanted && mayRead {
      isReadWanted = false
      context.read()
    }
  }

  private func beginPass() {
    guard !isHandlingRead else { return }
    isHandlingRead = true
    pass = Pass(startedAt: peer.eventLoop.now)
    executor.promiseDrain()
  }

  private func endPass() {
    guard isHandlingRead else { return }
    executor.drain()
    isHandlingRead = false
    flush()
    spareContext?.forget()
    isTurnFull = false
    returnCredit()
    notePass(isInsideFrame: decoder.isInsideFrame)
    reportPass()
  }

  /// Handles all frames that are complete, as long as the peer takes the answers and the handlers
  /// what it sends.
  private func handleFrames() {
    while !isClosing {
      if outbound.byteCount >= shared.configuration.outboundHighWatermark { flush() }
      if !mayRead { return }
      switch decoder.advance() {
      case .frame(let header):
        pass.frameCount += 1
        perform(machine.frameReceived(header), header)
      case .oversized(let header):
        shared.metrics.limitReached(.frameBytes)
        let action = machine.oversizedFrameReceived(
          header,
          limit: shared.configuration.frameDataLengthMax
        )
        perform(action, header)
        if !budgets.skip(header.dataLength) {
          shared.metrics.limitReached(.skippedBytes)
          close(because: "too many bytes in frames over the limit")
        }
      case .foreignProtocol:
        shared.logger.debug("not ttrpc", metadata: ["peer": "\(peer.remoteAddress)"])
        endAfterAnswers()
      case .needsMoreBytes:
        return
      }
    }
  }

  private func perform(
    _ action: ServerConnectionStateMachine<ServerStream>.Action,
    _ header: FrameHeader
  ) {
    switch action {
    case .openStream:
      if let error = budgets.refusal(ofOpenAt: pass.startedAt) {
        return refuseOpen(header.streamID, error)
      }
      // The decoder is not touched before the frame has been handled.
      openStream(header, decoder.unsafeData)
    case .deliver(let stream, let last):
      deliver(decoder.data, to: stream, last: last)
    case .remoteClosed(let stream):
      stream.payloads?.end(.success(()))
    case .ignore:
      break
    case .refuse(let violation):
      refuse(header.streamID, violation)
    case .failStream(let stream, let violation):
      outbound.writeResponse(header.streamID, error: RPCError(violation))
      abandoned(stream)
      streamEnded(stream, RPCError(violation).code)
    case .closeConnection:
      shared.metrics.limitReached(.violationsPerConnection)
      close(because: "too many violations of the protocol")
    case .cancelled(let stream):
      cancelled(stream)
    case .windowUpdate(let stream):
      windowUpdated(stream, decoder.data)
    case .answerPing:
      answerPing(decoder.data)
    case .pingAnswered:
      watchdog.pingAnswered()
    }
  }

  private func refuse(_ id: StreamID, _ violation: ProtocolViolation) {
    outbound.writeResponse(id, error: RPCError(violation))
    switch violation {
    case .tooManyHandlers: shared.metrics.limitReached(.handlersPerConnection)
    case .shuttingDown, .streamIDsUsedUp: break
    default: countAutomaticAnswer()
    }
  }

  func handlerEnded() {
    machine.handlerEnded()
    if !isHandlingRead { reportStreams() }
  }
}
