import NIOCore
import RPC
import ServerEngine
import TTRPCWire

/// One call on a connection, as its handler sees it.
///
/// `@unchecked Sendable` because it may be held anywhere: everything mutable is touched on
/// `eventLoop` only. Each entry point either checks that it is on the loop or hops there; the
/// private parts assert it.
final class ServerStream: ServerCall, WorkedCall, @unchecked Sendable {
  private(set) var id: StreamID
  private let connection: ServerConnection

  /// The connection's. Never changed, so it may be read anywhere.
  let eventLoop: any EventLoop

  // On the loop only. What a publication asks of each subscriber stands first, side by side.
  var isOpen = true
  /// Whether the writer was told to wait, and the bytes it has sent since all the same.
  var isStarved = false
  var bytesBeyondCredit = 0
  /// Bytes of the messages that were sent. The context hears of them in the end.
  var sentBytes = 0
  /// What is sent to a client that grants credit; nil for one that does not.
  var outbound: OutboundFlow?
  /// How the stream ends once everything that waits for credit has been sent.
  var ending: Ending?
  var context: ServerContext
  /// Whether the machine knows of it: not of one whose handler is being called and may answer at
  /// once.
  var isInTable = false
  /// What waits for an interceptor, and what runs the handler.
  var task: Task<Void, Never>?
  var worker: HandlerWorker?
  /// When it is ended, if it is open then.
  var deadline: NIODeadline?
  /// What the client sends, if it sends a stream.
  var payloads: PayloadQueue?
  var inbound: InboundFlow?
  /// What ends the handler, as far as one can tell from here.
  var handlerEnd = HandlerEnd.stream
  /// How many of the interceptors, from the first, have been asked: they hear of the call's end.
  var interceptorsAsked = 0
  private(set) var isHandlerRunning = true
  private var endCallbacks: [@Sendable () -> Void] = []
  private var creditCallback: (@Sendable () -> Void)?
  private var drainCallback: (@Sendable () -> Void)?
  private var creditWaiters: [CreditWaiter] = []

  /// Handlers are counted until they end, which is not always when their stream does.
  enum HandlerEnd {
    /// A function that keeps a reply and works until it gives its answer, however late.
    case answer
    /// A function that does nothing after its stream has ended.
    case stream
    /// A task, until it returns.
    case task
  }

  /// What follows the last message of a stream.
  enum Ending {
    case finish
    case fail(RPCError)
  }

  /// - Parameter asked: how many interceptors have been asked.
  init(_ id: StreamID, _ context: ServerContext, asked: Int, connection: ServerConnection) {
    self.id = id
    self.context = context
    interceptorsAsked = asked
    self.connection = connection
    eventLoop = connection.peer.eventLoop
  }

  /// Makes this, which has ended and which nobody else knows, the stream of another call.
  ///
  /// - Returns: the context that it had.
  func renew(_ id: StreamID, _ context: ServerContext, asked: Int) -> ServerContext {
    self.id = id
    interceptorsAsked = asked
    isOpen = true
    isHandlerRunning = true
    sentBytes = 0
    var context = context
    swap(&context, &self.context)
    return context
  }

  deinit {
    // A reply that was dropped unused must not count as a running handler for ever.
    if isHandlerRunning && isInTable {
      let home = Home(connection: connection)
      eventLoop.execute { home.connection.handlerEnded() }
    }
  }

  /// Takes the connection along to its loop: Sendable because it is opened nowhere else.
  private struct Home: @unchecked Sendable {
    let connection: ServerConnection
  }

  func onLoop(_ body: @escaping @Sendable (ServerStream) -> Void) {
    if eventLoop.inEventLoop {
      body(self)
    } else {
      eventLoop.execute { body(self) }
    }
  }

  /// The handler has taken messages, on whatever thread.
  func consumed(_ consumed: PayloadQueue.Consumed) {
    onLoop { $0.connection.consumed(consumed, by: $0) }
  }

  // MARK: Ends

  func respond(with message: some RPCMessage) {
    // Most answers are given on the loop: they need no closure that holds the message.
    if eventLoop.inEventLoop {
      handlerIsDone()
      connection.respond(self, message)
    } else {
      eventLoop.execute { self.respond(with: message) }
    }
  }

  func fail(with error: any Error) {
    onLoop {
      $0.handlerIsDone()
      $0.connection.fail($0, error)
    }
  }

  func finish() {
    onLoop {
      $0.handlerIsDone()
      $0.connection.finish($0)
    }
  }

  /// What a handler says last leaves nothing to cancel, and its task is needed for the next one.
  private func handlerIsDone() {
    worker = nil
  }

  /// The handler has returned or given its answer. Later calls change nothing.
  func handlerEnded() {
    eventLoop.assertInEventLoop()
    guard isHandlerRunning else { return }
    isHandlerRunning = false
    if isInTable { connection.handlerEnded() }
  }

  func handlerReturned() {
    worker = nil
    handlerEnded()
  }

  /// The handler has given its answer, in time or not.
  func handlerAnswered() {
    if handlerEnd != .task { handlerEnded() }
  }

  /// The stream is over for whatever reason: stops the work and tells who waits.
  func ended() {
    eventLoop.assertInEventLoop()
    guard isOpen else { return }
    isOpen = false
    if handlerEnd == .stream { handlerEnded() }
    // Before the task is cancelled, so that a handler that reads learns how its stream ended.
    payloads?.end(.failure(Self.streamEnded))
    task?.cancel()
    worker?.cancel()
    worker = nil
    creditCallback = nil
    drainCallback = nil
    outbound = nil
    if !creditWaiters.isEmpty { tellCreditWaiters(.failure(Self.streamEnded)) }
    if !endCallbacks.isEmpty { callBackAtEnd() }
  }

  private func tellCreditWaiters(_ result: Result<Void, any Error>) {
    let waiters = creditWaiters
    creditWaiters = []
    for waiter in waiters { waiter.end(result) }
  }

  private func callBackAtEnd() {
    let callbacks = endCallbacks
    endCallbacks = []
    for callback in callbacks { callback() }
  }

  // MARK: A stream of answers

  var hasCredit: Bool {
    eventLoop.preconditionInEventLoop()
    return !isOpen || ending != nil || connection.hasCredit(self)
  }

  func send(_ message: some RPCMessage) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    return connection.send(self, message)
  }

  func send(encoded payload: ByteBuffer) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    // A publication comes here for each subscriber, and counting a reference takes longer than all
    // the rest. The stream keeps the connection.
    return Unmanaged.passUnretained(connection)._withUnsafeGuaranteedRef {
      $0.send(self, encoded: payload)
    }
  }

  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    return connection.send(self, encoded: payloads)
  }

  func waitForCredit() async throws {
    let waiter = CreditWaiter()
    onLoop { $0.add(waiter) }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter.wait($0) }
    } onCancel: {
      waiter.end(.failure(CancellationError()))
    }
  }

  private func add(_ waiter: CreditWaiter) {
    if !isOpen || ending != nil {
      waiter.end(.failure(Self.streamEnded))
    } else if connection.hasCredit(self) {
      waiter.end(.success(()))
    } else {
      creditWaiters.append(waiter)
      connection.awaitCredit(self)
    }
  }

  static let streamEnded = RPCError(.cancelled, "the stream has ended")

  /// The stream can take more.
  func creditReturned() {
    eventLoop.assertInEventLoop()
    isStarved = false
    bytesBeyondCredit = 0
    tellCreditWaiters(.success(()))
    creditCallback?()
  }

  func onCredit(_ callback: @escaping @Sendable () -> Void) {
    onLoop { if $0.isOpen { $0.creditCallback = callback } }
  }

  func onEnd(_ callback: @escaping @Sendable () -> Void) {
    onLoop { stream in
      if stream.isOpen {
        stream.endCallbacks.append(callback)
      } else {
        callback()
      }
    }
  }

  // MARK: Drain

  func onDrain(_ callback: @escaping @Sendable () -> Void) {
    onLoop { stream in
      guard stream.isOpen else { return }
      if stream.connection.machine.isDraining {
        callback()
      } else {
        stream.drainCallback = callback
      }
    }
  }

  /// The server wants to close the connection.
  func draining() {
    eventLoop.assertInEventLoop()
    let callback = drainCallback
    drainCallback = nil
    callback?()
  }
}
