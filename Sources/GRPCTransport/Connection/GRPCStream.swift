import NIOCore
import NIOHTTP2
import RPC
import ServerEngine

/// One call on a connection, as its handler sees it.
///
/// `@unchecked Sendable` because it may be held anywhere: everything mutable is touched on
/// `eventLoop` only. Each entry point either checks that it is on the loop or hops there; the
/// private parts assert it.
final class GRPCStream: ServerCall, WorkedCall, @unchecked Sendable {
  let id: HTTP2StreamID
  let method: ServerMethod
  private let connection: GRPCConnection

  /// The connection's. Never changed, so it may be read anywhere.
  let eventLoop: any EventLoop

  // On the loop only.
  var context: ServerContext
  private(set) var isOpen = true
  /// How many of the interceptors, from the first, have been asked: they hear of the call's end.
  var interceptorsAsked = 0
  /// Whether the call has been told of as begun.
  var isCounted = false

  /// How it is written on the connection.
  var dialect = CallDialect.grpc

  // What the client sends.
  var reader: GRPCRequestReader
  /// Messages for the handler, if the client sends a stream.
  var payloads: PayloadQueue?
  /// Bytes of messages that wait for the handler.
  var heldBytes = 0
  /// Bytes of a message that is not complete, as the connection has counted them.
  var incompleteBytes = 0
  /// Bytes that the client is owed a grant for; negative for messages larger than the window.
  var owedBytes = 0

  // What is sent to the client.
  /// Bytes that the client takes on this stream.
  var window: Int
  var unsent = UnsentBytes()
  var sentBytes = 0
  var isHeadSent = false
  /// How the stream ends once everything that waits has been sent.
  var ending: Ending?
  /// In which of the connection's lists it stands.
  var isDirty = false
  var isBlocked = false
  /// Whether the writer was told to wait, and the bytes it has sent since all the same.
  var isStarved = false
  var bytesBeyondCredit = 0

  // What runs for it.
  /// What waits for an interceptor, and what runs the handler.
  var task: Task<Void, Never>?
  var worker: HandlerWorker?
  var deadlineTimer: (at: NIODeadline, task: Scheduled<Void>)?
  var isHandlerRunning = false
  var handlerEnd = HandlerEnd.stream

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

  /// What follows the last message.
  enum Ending {
    case finish
    case fail(RPCError)

    /// Why the call failed, if it did.
    var error: RPCError? {
      if case .fail(let error) = self { error } else { nil }
    }
  }

  /// - Parameter window: bytes that the client takes to begin with.
  init(
    _ id: HTTP2StreamID,
    _ method: ServerMethod,
    _ context: ServerContext,
    _ reader: GRPCRequestReader,
    _ window: Int,
    connection: GRPCConnection
  ) {
    self.id = id
    self.method = method
    self.context = context
    self.reader = reader
    self.window = window
    self.connection = connection
    eventLoop = connection.peer.eventLoop
  }

  deinit {
    // A reply that was dropped unused must not count as a running handler for ever.
    guard isHandlerRunning else { return }
    let home = Home(connection: connection)
    eventLoop.execute { home.connection.runningHandlers -= 1 }
  }

  /// Takes the connection along to its loop: Sendable because it is opened nowhere else.
  private struct Home: @unchecked Sendable {
    let connection: GRPCConnection
  }

  private func onLoop(_ body: @escaping @Sendable (GRPCStream) -> Void) {
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
      worker = nil
      connection.respond(self, message)
    } else {
      eventLoop.execute { self.respond(with: message) }
    }
  }

  func fail(with error: any Error) {
    onLoop {
      $0.worker = nil
      $0.connection.fail($0, error)
    }
  }

  func finish() {
    onLoop {
      $0.worker = nil
      $0.connection.finish($0)
    }
  }

  /// The handler has returned or given its answer. Later calls change nothing.
  func handlerEnded() {
    eventLoop.assertInEventLoop()
    guard isHandlerRunning else { return }
    isHandlerRunning = false
    connection.runningHandlers -= 1
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
    deadlineTimer?.task.cancel()
    deadlineTimer = nil
    // Before the task is cancelled, so that a handler that reads learns how its stream ended.
    payloads?.end(.failure(Self.streamEnded))
    payloads = nil
    task?.cancel()
    task = nil
    worker?.cancel()
    worker = nil
    creditCallback = nil
    drainCallback = nil
    tellCreditWaiters(.failure(Self.streamEnded))
    let callbacks = endCallbacks
    endCallbacks = []
    for callback in callbacks { callback() }
  }

  private func tellCreditWaiters(_ result: Result<Void, any Error>) {
    if creditWaiters.isEmpty { return }
    let waiters = creditWaiters
    creditWaiters = []
    for waiter in waiters { waiter.end(result) }
  }

  static let streamEnded = RPCError(.cancelled, "the stream has ended")

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
    return connection.send(self, encoded: payload)
  }

  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    eventLoop.preconditionInEventLoop()
    var credit = hasCredit ? StreamCredit.available : .exhausted
    for payload in payloads where credit != .closed {
      credit = connection.send(self, encoded: payload)
    }
    return credit
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
      if stream.connection.isDraining {
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
