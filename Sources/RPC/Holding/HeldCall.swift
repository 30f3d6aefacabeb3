import NIOCore
import Synchronization

/// A call whose answer waits for an `AnswerHold`. Handlers see no difference: a stream that waits
/// is one whose reader takes nothing for a moment.
final class HeldCall: ServerCall {
  private enum State {
    /// Nothing has been answered.
    case fresh
    /// The hold has been asked, and has not let go.
    case held(HeldMessages)
    /// The hold has let go of it.
    case free
  }

  private let call: any ServerCall
  private let hold: any AnswerHold
  private let state = Mutex(State.fresh)
  private let isFree = Atomic(false)
  private let creditCallback = Mutex<(@Sendable () -> Void)?>(nil)

  init(_ call: any ServerCall, _ hold: any AnswerHold) {
    self.call = call
    self.hold = hold
  }

  var eventLoop: any EventLoop { call.eventLoop }

  // MARK: Ends

  func respond(with message: some RPCMessage) {
    guard begin() else { return }
    let mayAnswer = hold.mayAnswer(nil) { error in
      if let error {
        self.call.fail(with: error)
      } else {
        self.call.respond(with: message)
      }
    }
    if mayAnswer { call.respond(with: message) }
  }

  func fail(with error: any Error) {
    end(.failure(error)) { $0.fail(with: error) }
  }

  func finish() {
    end(.success(())) { $0.finish() }
  }

  /// The handler has thrown before it did anything else. Whoever called it gets the error, and
  /// answers at once.
  func thrown(_ error: any Error) {
    if begin() { _ = hold.mayAnswer(error) { _ in } }
  }

  /// - Returns: false when the call has been answered before.
  private func begin() -> Bool {
    state.withLock { state in
      guard case .fresh = state else { return false }
      state = .held(HeldMessages())
      return true
    }
  }

  private func end(_ ending: Result<Void, any Error>, _ perform: (any ServerCall) -> Void) {
    if isFree.load(ordering: .acquiring) { return perform(call) }
    let (isFirst, isFree) = state.withLock { state in
      switch state {
      case .fresh:
        var messages = HeldMessages()
        messages.ending = ending
        state = .held(messages)
        return (true, false)
      case .held(var messages):
        messages.ending = messages.ending ?? ending
        state = .held(messages)
        return (false, false)
      case .free: return (false, true)
      }
    }
    if isFree { return perform(call) }
    guard isFirst else { return }
    let error: (any Error)? = if case .failure(let error) = ending { error } else { nil }
    if hold.mayAnswer(error, { self.goOn($0) }) { goOn(nil) }
  }

  // MARK: A stream of answers

  var hasCredit: Bool {
    let isHeld = state.withLock { if case .held = $0 { true } else { false } }
    return !isHeld && call.hasCredit
  }

  func send(_ message: some RPCMessage) -> StreamCredit {
    if isFree.load(ordering: .acquiring) { return call.send(message) }
    var payload = ByteBuffer()
    do {
      try message.encode(into: &payload)
    } catch {
      fail(with: error)
      return .closed
    }
    return keep([payload])
  }

  func send(encoded payload: ByteBuffer) -> StreamCredit {
    isFree.load(ordering: .acquiring) ? call.send(encoded: payload) : keep([payload])
  }

  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    isFree.load(ordering: .acquiring) ? call.send(encoded: payloads) : keep(payloads)
  }

  private func keep(_ payloads: [ByteBuffer]) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    let (isFirst, credit): (Bool, StreamCredit) = state.withLock { state in
      switch state {
      case .fresh:
        state = .held(HeldMessages(payloads))
        return (true, .exhausted)
      case .held(var messages):
        guard messages.ending == nil else { return (false, .closed) }
        messages.payloads += payloads
        state = .held(messages)
        return (false, .exhausted)
      case .free: return (false, .available)
      }
    }
    // It was let go meanwhile.
    if credit == .available { return call.send(encoded: payloads) }
    if isFirst, hold.mayAnswer(nil, { self.goOn($0) }) { return release(nil) }
    return credit
  }

  func waitForCredit() async throws {
    await withCheckedContinuation { continuation in
      let mustWait = state.withLock { state in
        guard case .held(var messages) = state else { return false }
        messages.waiters.append(continuation)
        state = .held(messages)
        return true
      }
      if !mustWait { continuation.resume() }
    }
    try await call.waitForCredit()
  }

  func onCredit(_ callback: @escaping @Sendable () -> Void) {
    call.onCredit(callback)
    if isFree.load(ordering: .acquiring) { return }
    creditCallback.withLock { $0 = callback }
    // The callback knows the stream, and the stream this.
    call.onEnd { self.creditCallback.withLock { $0 = nil } }
  }

  func onEnd(_ callback: @escaping @Sendable () -> Void) { call.onEnd(callback) }
  func onDrain(_ callback: @escaping @Sendable () -> Void) { call.onDrain(callback) }

  // MARK: The hold lets go

  private func goOn(_ error: RPCError?) {
    if eventLoop.inEventLoop {
      releaseAndTell(error)
    } else {
      eventLoop.execute { self.releaseAndTell(error) }
    }
  }

  private func releaseAndTell(_ error: RPCError?) {
    let credit = release(error)
    let callback = creditCallback.withLock { $0.take() }
    // The writer was told to wait by this call, not by the one within.
    if credit == .available { callback?() }
  }

  /// Sends what was kept, on the loop, so that nothing comes in between.
  ///
  /// - Parameter error: what goes out instead.
  private func release(_ error: RPCError?) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    var credit = StreamCredit.available
    if let error {
      call.fail(with: error)
      credit = .closed
    }
    while let messages = takeMessages() {
      if credit != .closed, !messages.payloads.isEmpty {
        credit = call.send(encoded: messages.payloads)
      }
      for waiter in messages.waiters { waiter.resume() }
      guard let ending = messages.ending, error == nil else { continue }
      switch ending {
      case .success: call.finish()
      case .failure(let error): call.fail(with: error)
      }
      credit = .closed
    }
    return credit
  }

  /// What has been kept since this was last asked; nil when there is nothing, and from then on nothing
  /// is kept.
  private func takeMessages() -> HeldMessages? {
    state.withLock { state in
      guard case .held(let messages) = state, !messages.isEmpty else {
        state = .free
        isFree.store(true, ordering: .releasing)
        return nil
      }
      state = .held(HeldMessages())
      return messages
    }
  }
}
