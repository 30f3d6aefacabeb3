import NIOCore
import RPC
import TTRPCWire

// What becomes of the messages of a stream: how much may wait for its reader, and what the server
// is told about that.
extension ClientHandler {
  /// The Request of a stream has been written.
  func beginFlows(of call: PendingCall) {
    if let serverWindow { call.sendWindow.windowAgreed(size: serverWindow) }
    guard call.method.kind.serverStreams else { return }
    // Until the server has answered it is taken to know windows: it does, or it will say soon.
    call.inboundFlow =
      machine.isAgreed || machine.isAsking
      ? InboundFlow(
        window: configuration.initialWindow,
        messageLengthMax: FrameHeader.dataLengthMax
      ) : InboundFlow(highWatermark: configuration.streamInboundBytesMax)
  }

  func deliver(_ data: ByteBuffer, to call: PendingCall, _ id: StreamID, last: Bool) {
    guard case .stream(let queue) = call.answer else { return }
    let isTaken = queue.push(data)
    if last { return finish(call, .success(nil)) }
    call.inboundFlow?.received(data.readableBytes)
    if isTaken {
      readerTook(PayloadQueue.Consumed(messages: 1, bytes: data.readableBytes), of: call)
    } else {
      stopReadingIfFull(call)
    }
  }

  /// The reader of a call's stream has taken messages.
  func readerTook(_ consumed: PayloadQueue.Consumed, of call: PendingCall) {
    guard !call.isEnded, let id = call.id, var flow = call.inboundFlow else { return }
    let grant = flow.consumed(bytes: consumed.bytes, messages: consumed.messages)
    call.inboundFlow = flow
    if let grant { self.grant(grant, to: call, id) }
    if flow.ungranted > 0 { sweepSoon(call) }
    if !flow.isFull { readerCaughtUp(id) }
  }

  // MARK: Windows

  private func grant(_ byteCount: Int, to call: PendingCall, _ id: StreamID) {
    if machine.isExtended(id) {
      writeControl { $0.writeWindowUpdate(id, byteCount) }
    } else {
      call.earlyGrant += byteCount
    }
  }

  /// The server may wait for a whole window, so what is left is granted soon after.
  private func sweepSoon(_ call: PendingCall) {
    if call.isSwept { return }
    call.isSwept = true
    swept.append(call)
    if isSweepScheduled { return }
    isSweepScheduled = true
    let handler = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: Self.sweepDelay) { handler.value.sweep() }
  }

  private func sweep() {
    isSweepScheduled = false
    let calls = swept
    swept = []
    for call in calls {
      call.isSwept = false
      grantRest(of: call)
    }
  }

  /// Grants all that the reader has taken.
  func grantRest(of call: PendingCall) {
    guard !call.isEnded, let id = call.id else { return }
    let rest = (call.inboundFlow?.grantAll() ?? 0) + call.earlyGrant
    call.earlyGrant = 0
    if rest > 0 { grant(rest, to: call, id) }
  }

  // MARK: Full streams

  func stopReadingIfFull(_ call: PendingCall) {
    guard call.inboundFlow?.isFull == true, let id = call.id, case .stream(let queue) = call.answer
    else { return }
    call.messagesSeenWaiting = queue.waitingMessages
    if fullCalls.insert(id).inserted { watchStall(of: call) }
  }

  /// A stream that holds up all others must not do so for ever.
  private func watchStall(of call: PendingCall) {
    let both = NIOLoopBound((handler: self, call: call), eventLoop: loop)
    call.stallTimer?.cancel()
    call.stallTimer = loop.scheduleTask(in: configuration.stallTimeout) {
      both.value.handler.endIfStalled(both.value.call)
    }
  }

  private func endIfStalled(_ call: PendingCall) {
    guard let id = call.id, fullCalls.contains(id), case .stream(let queue) = call.answer else {
      return
    }
    let waiting = queue.waitingMessages
    if waiting < call.messagesSeenWaiting {
      call.messagesSeenWaiting = waiting
      watchStall(of: call)
    } else {
      giveUp(call, Self.stalled)
    }
  }

  /// The stream does not hold up the connection any more.
  func readerCaughtUp(_ id: StreamID) {
    guard fullCalls.remove(id) != nil, fullCalls.isEmpty, isReadWanted else { return }
    isReadWanted = false
    context?.read()
  }

  private static let sweepDelay = TimeAmount.milliseconds(10)
  private static let stalled = RPCError(
    .resourceExhausted,
    "nobody read this stream, which held up its connection; the messages that waited came before"
  )
}
