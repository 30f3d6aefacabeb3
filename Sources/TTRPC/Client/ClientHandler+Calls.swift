import NIOCore
import RPC
import TTRPCWire

// How calls begin and end.
extension ClientHandler {
  /// Sends the call's Request, at once or as soon as the server reads, or ends it with an error.
  func open(_ call: PendingCall, timeout: Duration?) {
    if let error = closeError ?? goingAwayError ?? call.refusal {
      return call.end(.failure(error))
    }
    status.callOpened()
    if let timeout {
      let amount = TimeAmount.nanoseconds(min(max(1, timeout.nanoseconds), Self.timeoutMax))
      call.deadline = .now() + amount
      let both = NIOLoopBound((handler: self, call: call), eventLoop: loop)
      call.deadlineTimer = loop.scheduleTask(in: amount) {
        both.value.handler.giveUp(both.value.call, RPCError.deadlineExceeded)
      }
    }
    if canWrite, unsent.isEmpty {
      send(call)
      flushSoon()
    } else {
      unsent.append(call)
    }
  }

  /// Writes the call's Request.
  func send(_ call: PendingCall) {
    let id: StreamID
    switch machine.openStream(StreamShape(ofClient: call.method.kind), call) {
    case .opened(let opened): id = opened
    case .isGoingAway: return finish(call, .failure(goingAwayError ?? Self.outOfNumbers))
    case .isOutOfNumbers: return finish(call, .failure(Self.outOfNumbers))
    }
    status.numbersLeft(machine.numbersLeft)
    outbound.writeRequest(
      id,
      call.method,
      metadata: call.metadata,
      timeoutNanoseconds: call.deadline.map { max(1, ($0 - .now()).nanoseconds) } ?? 0,
      payload: call.payload,
      flags: FrameFlags(openingClient: call.method.kind)
    )
    call.requestSent(on: id)
    if call.method.kind == .unary { return }
    beginFlows(of: call)
    if call.method.kind.clientStreams { messagesPending(call) }
  }

  /// The caller does not want the call any more.
  func giveUp(_ call: PendingCall, _ error: any Error) {
    if call.isEnded { return }
    if let id = call.id, let abandoned = machine.streamAbandoned(id), abandoned.sendsCancel {
      writeControl { $0.writeCancel(id, Self.cancelStatus(for: error)) }
    }
    finish(call, .failure(error))
    if call.id == nil { unsent.callEnded() }
  }

  /// The call has ended, in whatever way. The machine no longer knows it.
  func finish(_ call: PendingCall, _ result: Result<ByteBuffer?, any Error>) {
    if call.isEnded { return }
    if !call.isOfConnection { status.callEnded() }
    call.end(result)
    if let id = call.id { readerCaughtUp(id) }
    closeWhenDrained()
  }

  /// What the server is told; the error itself is the caller's affair.
  private static func cancelStatus(for error: any Error) -> RPCError {
    switch (error as? RPCError)?.code {
    case .deadlineExceeded: .deadlineExceeded
    case .resourceExhausted: RPCError(.resourceExhausted, "the caller cannot take more")
    default: RPCError(.cancelled, "the caller gave up")
    }
  }

  /// A year, in nanoseconds: a longer wait would overflow the clock of the loop, and nobody keeps it.
  private static let timeoutMax: Int64 = 365 * 24 * 60 * 60 * 1_000_000_000
  private static let outOfNumbers = RPCError(
    .unavailable,
    "this connection has no stream numbers left; open another"
  )
}

extension PendingCall {
  /// The error for a request that no frame can carry as it is.
  fileprivate var refusal: RPCError? {
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
}

extension StreamShape {
  /// The shape of a call as its client sees it.
  fileprivate init(ofClient kind: MethodKind) {
    self =
      switch kind {
      case .unary: .unary
      case .serverStreaming: .serverStreaming
      case .clientStreaming: .clientStreaming
      case .bidirectional: .bidirectional
      }
  }
}

extension FrameFlags {
  /// The flags of a Request for that kind of call.
  fileprivate init(openingClient kind: MethodKind) {
    self =
      switch kind {
      case .unary: []
      case .serverStreaming: .remoteClosed
      case .clientStreaming, .bidirectional: .remoteOpen
      }
  }
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
