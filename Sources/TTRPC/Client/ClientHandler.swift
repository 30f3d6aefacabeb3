import NIOCore
import ProtobufC
import RPC
import TTRPCWire

/// One connection of the client, on its event loop.
///
/// Never leaves its loop. `ClientConnection` is the way in for callers. Here is what comes in;
/// the extensions of this type are named for what else it does.
final class ClientHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  let loop: any EventLoop
  let configuration: ClientConfiguration
  let status = ConnectionStatus()
  var machine: ClientConnectionStateMachine<PendingCall>
  var context: ChannelHandlerContext?
  /// Why nothing can be called any more.
  var closeError: RPCError?

  // What waits to be written.
  var outbound = FrameWriter()
  var isFlushScheduled = false
  /// Flushes that found more to write than they wrote, since the last that did not.
  var flushesInARow = 0
  /// Bytes of frames of the extensions that the server has left no room for.
  var unsentControlBytes = 0
  var unsent = UnsentCalls()
  /// Calls with messages that may be sent.
  var ready: CircularBuffer<PendingCall> = []

  // What has been read.
  private var decoder = FrameDecoder()
  /// Calls whose readers have more waiting than they should. While there is one, nothing is read.
  var fullCalls: Set<StreamID> = []
  var isReadWanted = false

  // What the server has agreed on.
  var isNegotiationBegun = false
  /// Bytes that the server takes on a stream before it has granted more, once it has said so.
  var serverWindow: Int?
  /// Calls with something left to grant.
  var swept: [PendingCall] = []
  var isSweepScheduled = false
  var keepalive = Keepalive()
  var keepaliveTimer: Scheduled<Void>?
  var pings: RateBudget

  // What is told to others.
  var state = ClientConnection.State.active
  var observers: [@Sendable (ClientConnection.State) -> Void] = []

  init(on loop: any EventLoop, _ configuration: ClientConfiguration) {
    self.loop = loop
    self.configuration = configuration
    machine = ClientConnectionStateMachine(violationsMax: configuration.violationsMax)
    pings = RateBudget(
      burst: configuration.pingBurst,
      perSecond: configuration.pingsPerSecond
    )
    status.numbersLeft(machine.numbersLeft)
  }

  // MARK: Reads

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { negotiate() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    negotiate()
    context.fireChannelActive()
  }

  func read(context: ChannelHandlerContext) {
    if fullCalls.isEmpty {
      context.read()
    } else {
      isReadWanted = true
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    keepalive.heard()
    decoder.append(Self.unwrapInboundIn(data))
    while closeError == nil {
      switch decoder.next() {
      case .frame(let header, let data):
        perform(machine.frameReceived(header), header.streamID, data)
      case .oversized(let header):
        perform(
          machine.oversizedFrameReceived(header, limit: FrameHeader.dataLengthMax),
          header.streamID,
          ByteBuffer()
        )
      case .foreignProtocol: return fail("the server does not speak ttrpc")
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
    case .deliver(let call, let last): deliver(data, to: call, id, last: last)
    case .endOfStream(let call): finish(call, .success(nil))
    case .ignore: break
    case .failStream(let call, let violation):
      finish(call, .failure(RPCError(brokenByServer: violation)))
    case .readGrant(let call): grantReceived(data, for: call)
    case .readCancel(let call): finish(call, .failure(cancelStatus(data)))
    case .answerPing: answerPing(data)
    // That something came is all there is to know, and it is known.
    case .pingAnswered: break
    case .readGoAway: goAwayReceived(data)
    case .closeConnection: failMisbehaved()
    }
  }

  private func respond(_ call: PendingCall, _ data: ByteBuffer) {
    let response: ResponseEnvelope
    do {
      response = try data.withUnsafeReadableBytes { bytes throws(ProtobufDecodingError) in
        try ResponseEnvelope(decoding: bytes)
      }
    } catch {
      finish(call, .failure(RPCError(.internal, "the server's answer does not decode")))
      if !machine.malformedMessageReceived() { failMisbehaved() }
      return
    }
    if let error = response.error { return finish(call, .failure(error)) }
    guard case .stream(let queue) = call.answer else {
      return finish(call, .success(response.payload))
    }
    // Some servers end a stream with its last message instead of a frame of its own.
    if response.payload.readableBytes > 0 { queue.push(response.payload) }
    finish(call, .success(nil))
  }

  // MARK: Life

  func channelInactive(context: ChannelHandlerContext) {
    endAll(RPCError(.unavailable, "the connection to the server was lost"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail("the connection to the server failed")
  }

  func failMisbehaved() {
    fail("the server broke the protocol too often")
  }

  /// Ends every call with UNAVAILABLE and closes the connection.
  func fail(_ message: String) {
    close(RPCError(.unavailable, message))
  }

  /// Ends every call that waits; later ones fail at once.
  func close(_ error: RPCError) {
    endAll(error)
    context?.close(promise: nil)
  }

  private func endAll(_ error: RPCError) {
    if closeError == nil { closeError = error }
    keepaliveTimer?.cancel()
    for call in machine.connectionClosed() { finish(call, .failure(error)) }
    while let call = unsent.popFirst() { finish(call, .failure(error)) }
    ready = []
    changeState(to: .closed)
  }
}

extension RPCError {
  /// What the caller is told of a server that broke the protocol.
  fileprivate init(brokenByServer violation: ProtocolViolation) {
    switch violation {
    case .messageTooLarge: self.init(.resourceExhausted, violation.description)
    case .dataOnUnaryCall, .dataInsteadOfResponse, .dataAfterRemoteClosed, .evenStreamID,
      .streamIDNotIncreasing, .streamNeverOpened, .tooManyHandlers, .shuttingDown:
      self.init(.internal, "the server broke the protocol: \(violation)")
    }
  }
}
