import NIOCore
import Synchronization

// The answers of a call that gives a stream of them, and those who wait for its end.
extension InProcessCall {
  var hasCredit: Bool {
    eventLoop.preconditionInEventLoop()
    return !isOpen || flow.waiting < calls.settings.windowBytes
  }

  func send(_ message: some RPCMessage) -> StreamCredit {
    var payload = ByteBuffer()
    do {
      try message.encode(into: &payload)
    } catch {
      fail(with: error)
      return .closed
    }
    return send(encoded: payload)
  }

  func send(encoded payload: ByteBuffer) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    guard isOpen, let answers else { return .closed }
    sentBytes += payload.readableBytes
    // A reader that was waiting has it already.
    if !answers.push(payload) {
      let cost = AnswerFlow.cost(payload.readableBytes)
      flow.waiting += cost
      calls.waiting.wrappingAdd(cost, ordering: .relaxed)
    }
    if flow.waiting < calls.settings.windowBytes { return .available }
    if flow.isStarved { flow.excess += AnswerFlow.cost(payload.readableBytes) }
    flow.isStarved = true
    if flow.excess > calls.settings.excessBytesMax {
      end(.failure(RPCError(.resourceExhausted, "the stream is not read as fast as it is written")))
      return .closed
    }
    return .exhausted
  }

  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    var credit = hasCredit ? StreamCredit.available : .exhausted
    for payload in payloads where credit != .closed { credit = send(encoded: payload) }
    return credit
  }

  /// The reader has taken so much, or left it behind.
  func consumed(_ byteCount: Int) {
    flow.waiting -= byteCount
    guard isOpen, flow.isStarved, flow.waiting <= calls.settings.windowBytes / 2 else { return }
    flow.isStarved = false
    flow.excess = 0
    let waiters = creditWaiters
    creditWaiters = []
    for waiter in waiters { waiter.succeed() }
    creditCallback?()
  }

  func waitForCredit() async throws {
    let waiter = eventLoop.makePromise(of: Void.self)
    onLoop { call in
      if !call.isOpen {
        waiter.fail(Self.cancelled)
      } else if call.flow.waiting < call.calls.settings.windowBytes {
        waiter.succeed()
      } else {
        call.flow.isStarved = true
        call.creditWaiters.append(waiter)
      }
    }
    // The end of the call, which is what cancels its task, ends the wait.
    try await waiter.futureResult.get()
  }

  func onCredit(_ callback: @escaping @Sendable () -> Void) {
    onLoop { if $0.isOpen { $0.creditCallback = callback } }
  }

  func onEnd(_ callback: @escaping @Sendable () -> Void) {
    onLoop { call in
      if call.isOpen {
        call.endCallbacks.append(callback)
      } else {
        callback()
      }
    }
  }

  // MARK: Drain

  func onDrain(_ callback: @escaping @Sendable () -> Void) {
    onLoop { call in
      guard call.isOpen else { return }
      if call.calls.isDraining {
        callback()
      } else {
        call.drainCallback = callback
      }
    }
  }

  /// The server wants to stop.
  func drain() {
    onLoop { call in
      let callback = call.drainCallback.take()
      callback?()
    }
  }
}

/// What of a stream of answers waits for the reader.
struct AnswerFlow {
  /// Bytes, with what each message costs beside them.
  var waiting = 0
  /// The writer was told to wait.
  var isStarved = false
  /// What it has sent since.
  var excess = 0

  private static let messageCost = 64
  static func cost(_ byteCount: Int) -> Int { byteCount + messageCost }
  static func cost(of consumed: PayloadQueue.Consumed) -> Int {
    consumed.bytes + consumed.messages * messageCost
  }
}
