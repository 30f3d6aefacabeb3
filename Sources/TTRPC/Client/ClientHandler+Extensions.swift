import NIOCore
import ProtobufC
import RPC
import TTRPCWire

// What a client and a server that has agreed say to each other beyond ttrpc 1.2.
extension ClientHandler {
  // MARK: Negotiation

  /// Asks the server for the extensions, before any other call and without waiting.
  func negotiate() {
    guard configuration.negotiatesExtensions, !isNegotiationBegun else { return }
    isNegotiationBegun = true
    let handler = NIOLoopBound(self, eventLoop: loop)
    let request = Negotiation(initialWindow: configuration.initialWindow)
    let call = PendingCall(
      Negotiation.method,
      Metadata(),
      request.encoded(),
      .connection { handler.value.negotiated($0) }
    )
    send(call)
    if let id = call.id { machine.negotiationBegan(id) }
    flushSoon()
  }

  private func negotiated(_ answer: Result<ByteBuffer, any Error>) {
    let agreement = try? answer.get().withUnsafeReadableBytes {
      bytes throws(ProtobufDecodingError) in
      try Negotiation(decoding: bytes)
    }
    guard closeError == nil else { return }
    if let agreement { begin(agreement) } else { doWithout() }
  }

  private func begin(_ agreement: Negotiation) {
    let abandoned = machine.negotiationSucceeded()
    serverWindow = agreement.initialWindow
    for call in machine.openCalls {
      call.sendWindow.windowAgreed(size: agreement.initialWindow)
      grantRest(of: call)
    }
    for id in abandoned {
      writeControl { $0.writeCancel(id, RPCError(.cancelled, "the caller gave up")) }
    }
    watchSilence(for: configuration.keepaliveInterval)
  }

  private func doWithout() {
    machine.negotiationFailed()
    for call in machine.openCalls {
      call.inboundFlow?.dropWindow(highWatermark: configuration.streamInboundBytesMax)
      stopReadingIfFull(call)
    }
  }

  // MARK: Frames

  func grantReceived(_ data: ByteBuffer, for call: PendingCall) {
    guard let byteCount = data.getInteger(at: data.readerIndex, as: UInt32.self) else { return }
    switch machine.granted(byteCount) {
    case .grant(let byteCount):
      call.sendWindow.granted(byteCount)
      messagesPending(call)
    case .ignore: break
    case .closeConnection: failMisbehaved()
    }
  }

  /// Why the server has given up. A Cancel that makes no sense is one all the same.
  func cancelStatus(_ data: ByteBuffer) -> RPCError {
    let status = try? data.withUnsafeReadableBytes { bytes throws(ProtobufDecodingError) in
      try RPCError(decodingStatus: bytes)
    }
    guard let status, status.code != .ok else {
      return RPCError(.cancelled, "the server gave up on the call")
    }
    return status
  }

  func answerPing(_ data: ByteBuffer) {
    guard let opaque = data.getInteger(at: data.readerIndex, as: UInt64.self) else { return }
    let now = Int64(clamping: NIODeadline.now().uptimeNanoseconds)
    guard pings.spend(at: now) else { return fail("the server pings too often") }
    writeControl { $0.writePing(opaque, isAnswer: true) }
  }

  // MARK: Keepalive

  private func watchSilence(for time: TimeAmount) {
    let handler = NIOLoopBound(self, eventLoop: loop)
    keepaliveTimer = loop.scheduleTask(in: time) { handler.value.keepaliveTimeOver() }
  }

  private func keepaliveTimeOver() {
    if closeError != nil { return }
    switch keepalive.timerFired(isReading: fullCalls.isEmpty) {
    case .waitForSilence: watchSilence(for: configuration.keepaliveInterval)
    case .ping:
      writeControl { $0.writePing(UInt64.random(in: 0...(.max)), isAnswer: false) }
      watchSilence(for: configuration.keepaliveTimeout)
    case .waitForAnswer: watchSilence(for: configuration.keepaliveTimeout)
    case .closeConnection: fail("the server does not answer pings")
    }
  }

  // MARK: Going away

  func goAwayReceived(_ data: ByteBuffer) {
    let goAway: GoAway
    do {
      goAway = try data.withUnsafeReadableBytes { bytes throws(ProtobufDecodingError) in
        try GoAway(decoding: bytes)
      }
    } catch {
      if !machine.malformedMessageReceived() { failMisbehaved() }
      return
    }
    let unserved = machine.goAwayReceived(lastStreamID: goAway.lastStreamID)
    if state == .active {
      changeState(to: .goingAway(retryAfter: .nanoseconds(goAway.retryAfter.nanoseconds)))
    }
    for call in unserved { finish(call, .failure(Self.goingAway)) }
    while let call = unsent.popFirst() { finish(call, .failure(Self.goingAway)) }
    closeWhenDrained()
  }

  /// The error of calls that the server does not take any more.
  var goingAwayError: RPCError? { machine.isGoingAway ? Self.goingAway : nil }

  /// Closes the connection that the server is about to close, once nothing runs on it.
  func closeWhenDrained() {
    guard machine.isGoingAway, machine.openStreams == 0, unsent.isEmpty, closeError == nil else {
      return
    }
    flush()
    close(Self.goingAway)
  }

  func changeState(to state: ClientConnection.State) {
    if self.state == state { return }
    self.state = state
    status.stateChanged(to: state)
    let observers = observers
    if state == .closed { self.observers = [] }
    for observer in observers { observer(state) }
  }

  /// Calls back now and at each change.
  func observe(_ callback: @escaping @Sendable (ClientConnection.State) -> Void) {
    callback(state)
    if state != .closed { observers.append(callback) }
  }

  private static var goingAway: RPCError {
    var error = RPCError(.unavailable, "the server is about to close this connection")
    error.isUnprocessed = true
    return error
  }
}
