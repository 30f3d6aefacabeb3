import Logging
import NIOCore
import NIOHTTP2
import RPC
import ServerEngine

/// One connection of a gRPC server, on its event loop, behind a handler that makes frames of HTTP/2:
/// frames in, calls to their handlers, answers out in one write for each read.
///
/// Streams are rows of a table here. A channel for each call, as a multiplexer makes them, would take
/// longer than all the rest of a small call.
///
/// Never leaves its loop. `GRPCStream` is the way in for everybody else.
final class GRPCConnection: ChannelDuplexHandler, FlushedConnection, DrainingConnection {
  typealias InboundIn = HTTP2Frame
  typealias OutboundIn = Never
  typealias OutboundOut = HTTP2Frame

  let shared: GRPCShared
  let executor: LoopExecutor
  let peer: ConnectionContext
  let gatherer: WriteGatherer
  let farewell = Farewell()
  private(set) var context: ChannelHandlerContext?

  // MARK: Calls

  /// The calls that are open, by their streams.
  var streams: [HTTP2StreamID: GRPCStream] = [:]
  /// The highest stream that has been opened.
  var lastStreamID: HTTP2StreamID = .rootStream
  /// Handlers that run, some of them perhaps for streams that have ended.
  var runningHandlers = 0
  /// Opened in this read; those that are still open at its end get timers.
  var opened: [GRPCStream] = []
  /// The last calls, as long as they are alike.
  var tally: CallTally?
  var reportedStreams = 0

  // MARK: Outbound

  var window = OutboundWindow()
  /// Streams with messages for the end of this turn of the loop.
  var dirty: [GRPCStream] = []
  /// Streams that wait for the connection's window, or for the socket.
  var blocked: [GRPCStream] = []
  /// Streams that we have ended and their clients have not.
  var finished: [HTTP2StreamID] = []
  /// Streams whose writers were told to wait.
  var starved: [GRPCStream] = []
  /// Bytes that wait on all streams.
  var unsentBytes = 0
  /// Bytes of streams that have been taken in this turn of the loop.
  var turnBytes = 0
  /// Bytes of data that have been written and not flushed.
  var writtenBytes = 0
  /// Reused for every answer that is encoded.
  var scratch = ByteBuffer()
  var isWritable = true
  /// Whether so much waits for the socket that nothing is read.
  var isFull = false
  private var isReadWanted = false
  private var isFlushScheduled = false

  // MARK: Inbound

  /// Bytes that the client may still send on the connection.
  var inboundWindow = 65_535
  /// Bytes of messages that wait for handlers.
  var heldBytes = 0
  /// Bytes of messages that are not complete.
  var incompleteBytes = 0

  // MARK: Life

  private(set) var startedAt: NIODeadline
  private(set) var isHandlingRead = false
  var isDraining = false
  private(set) var isClosing = false
  /// The channel is closed, and every stream has heard of it.
  private(set) var isGone = false
  var watchdog: GRPCWatchdog
  var lookTimer: (at: NIODeadline, task: Scheduled<Void>)?
  /// Whether data were sent since the last ping of the client.
  var hasSentData = false
  /// Pings and settings that came while nothing was sent to the client.
  var controlFrames: RateBudget

  init(
    _ shared: GRPCShared,
    executor: LoopExecutor,
    peer: ConnectionContext,
    gatherer: WriteGatherer
  ) {
    self.shared = shared
    self.executor = executor
    self.peer = peer
    self.gatherer = gatherer
    startedAt = peer.eventLoop.now
    watchdog = GRPCWatchdog(shared.configuration, at: startedAt)
    controlFrames = RateBudget(
      burst: shared.configuration.pingBurst,
      perSecond: shared.configuration.pingsPerSecond
    )
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    shared.metrics.connectionOpened()
    if context.channel.isActive { begin() }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin()
    context.fireChannelActive()
  }

  private func begin() {
    guard lookTimer == nil else { return }
    scheduleLook(after: peer.eventLoop.now)
    grantConnection()
    flushSoon()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    stopLooking()
    isGone = true
    let ended = streams.values
    streams = [:]
    for stream in ended { streamEnded(stream, .cancelled) }
    (dirty, blocked, starved, opened, finished) = ([], [], [], [], [])
    // Tasks of other connections on this loop wait for the drain that a read has promised.
    endPass()
    report()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    shared.metrics.connectionClosed()
  }

  /// HTTP/2 has found something wrong: with one stream, which it has reset, or with all.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    shared.logger.debug(
      "HTTP/2 failed",
      metadata: ["peer": "\(peer.remoteAddress)", "error": "\(type(of: error))"]
    )
    let isOfHTTP2 = error is any NIOHTTP2Error || error is NIOHTTP2Errors.StreamError
    if farewell.isSaid || !isOfHTTP2 { close() }
  }

  func close(because reason: String) {
    shared.logger.notice("\(reason)", metadata: ["peer": "\(peer.remoteAddress)"])
    close()
  }

  func close() {
    guard !isClosing else { return }
    isClosing = true
    context?.flush()
    gatherer.release()
    context?.close(promise: nil)
  }

  /// Closes once the peer has taken everything that was written, or after a while.
  ///
  /// Our half is closed first: closing the whole socket while something that the peer sent is still
  /// unread would reset the connection and could take the last answers with it.
  func closeWhenFlushed() {
    guard !isClosing, let context else { return }
    flush()
    isClosing = true
    let channel = context.channel
    channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    let timer = peer.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  /// How long the peer may take to close its half.
  private static let lingerTime = TimeAmount.seconds(2)

  // MARK: Reads

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosing { return }
    beginPass()
    received(Self.unwrapInboundIn(data))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    endPass()
    context.fireChannelReadComplete()
  }

  /// Reads nothing while the socket does not take what was written: the peer does not read either.
  func read(context: ChannelHandlerContext) {
    if isFull { isReadWanted = true } else { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    noteWhetherFull(context)
    if isWritable {
      flushSoon()
      readAgain(context)
    }
    context.fireChannelWritabilityChanged()
  }

  private func readAgain(_ context: ChannelHandlerContext) {
    guard isReadWanted, !isFull else { return }
    isReadWanted = false
    context.read()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let event as NIOHTTP2WindowUpdatedEvent:
      // Told of everything that has come in on the connection, also on streams that have ended.
      if event.streamID == .rootStream, let size = event.inboundWindowSize { inboundWindow = size }
    case let event as StreamClosedEvent:
      if let stream = streams.removeValue(forKey: event.streamID) { cancelled(stream) }
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func beginPass() {
    guard !isHandlingRead else { return }
    isHandlingRead = true
    startedAt = peer.eventLoop.now
    let wasAsked = watchdog.isAnswerAwaited
    watchdog.heard(at: startedAt)
    // The look that was planned is the end of the patience with an answer.
    if wasAsked { lookInTime(at: startedAt) }
    gatherer.hold()
    executor.promiseDrain()
  }

  private func endPass() {
    guard isHandlingRead else { return }
    executor.drain()
    isHandlingRead = false
    startTimers()
    endTurn()
  }

  // MARK: Turns of the loop

  /// Sends what has been written by the end of this turn of the loop.
  func flushSoon() {
    if isHandlingRead || isFlushScheduled { return }
    isFlushScheduled = true
    executor.flushSoon(self)
  }

  func flushNow() {
    isFlushScheduled = false
    endTurn()
  }

  private func endTurn() {
    flush()
    turnBytes = 0
    returnCredit()
    report()
  }
}
