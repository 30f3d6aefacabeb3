import NIOCore
import Synchronization

/// One call within the process, as its handler sees it.
///
/// `@unchecked Sendable` because it may be held anywhere: what can change is touched on `eventLoop`
/// only, to which each entry point hops; the two queues are set before the call starts.
final class InProcessCall: ServerCall, @unchecked Sendable {
  let eventLoop: any EventLoop
  /// The one answer. Of a stream of answers: how it ended.
  let answer: EventLoopPromise<ByteBuffer>
  let calls: InProcessCalls
  private let method: ServerMethod
  private let timeout: Duration?
  private(set) var answers: PayloadQueue?
  private var requests: RequestQueue?

  // On the loop only.
  private var context: ServerContext
  /// How many interceptors, from the first, know of the call.
  private var asked = 0
  var isOpen = true
  private var task: Task<Void, Never>?
  private var deadlineTimer: Scheduled<Void>?
  var flow = AnswerFlow()
  var sentBytes = 0
  var endCallbacks: [@Sendable () -> Void] = []
  var drainCallback: (@Sendable () -> Void)?
  var creditCallback: (@Sendable () -> Void)?
  var creditWaiters: [EventLoopPromise<Void>] = []

  init(
    _ method: ServerMethod,
    _ metadata: Metadata,
    timeout: Duration?,
    from connection: ConnectionContext,
    _ calls: InProcessCalls
  ) {
    self.method = method
    self.timeout = timeout
    self.calls = calls
    eventLoop = connection.eventLoop
    answer = eventLoop.makePromise()
    context = ServerContext(
      method: method.descriptor,
      metadata: metadata,
      connection: connection,
      startedAt: eventLoop.now
    )
  }

  /// The answers, for a method that gives a stream of them. To be called before `start`.
  func openAnswers() -> PayloadQueue {
    let queue = PayloadQueue(
      reportAfter: calls.settings.windowBytes / 4,
      onConsumed: { [weak self, calls] consumed in
        let byteCount = AnswerFlow.cost(of: consumed)
        calls.waiting.wrappingSubtract(byteCount, ordering: .relaxed)
        self?.onLoop { $0.consumed(byteCount) }
      },
      onAbandoned: { [weak self] in self?.cancel() }
    )
    answers = queue
    return queue
  }

  /// What the caller sends, for a method that takes a stream. To be called before `start`.
  func openRequests() -> RequestQueue {
    let queue = RequestQueue(windowBytes: calls.settings.windowBytes)
    requests = queue
    return queue
  }

  func onLoop(_ body: @escaping @Sendable (InProcessCall) -> Void) {
    if eventLoop.inEventLoop {
      body(self)
    } else {
      eventLoop.execute { body(self) }
    }
  }

  // MARK: Begin

  func start(with message: ByteBuffer) {
    onLoop { $0.begin(message) }
  }

  private func begin(_ message: ByteBuffer) {
    // It was cancelled before it began.
    guard isOpen else { return }
    context.traffic = CallTraffic(receivedBytes: message.readableBytes)
    if let timeout {
      guard timeout > .zero else { return end(.failure(Self.deadlineExceeded)) }
      context.deadline = eventLoop.now + .nanoseconds(timeout.nanosecondsClamped)
    }
    let tally = CallTally(method.descriptor, started: 1, startedAt: context.startedAt)
    for interceptor in calls.interceptors { interceptor.tallied(tally) }
    if answers != nil { calls.opened(self) }
    admit(message)
  }

  /// Asks those interceptors that have not been asked, then runs the handler.
  private func admit(_ message: ByteBuffer) {
    while asked < calls.interceptors.count {
      let interceptor = calls.interceptors[asked]
      asked += 1
      switch interceptor.admit(&context) {
      case .proceed: continue
      case .refuse(let error): return end(.failure(error))
      case .wait(let decide): return wait(message) { try await decide($0) }
      case .waitWithMessage(let decide): return wait(message) { try await decide($0, message) }
      }
    }
    startDeadline()
    invoke(message)
  }

  private func wait(
    _ message: ByteBuffer,
    for decide: @escaping @Sendable (ServerContext) async throws -> ServerContext
  ) {
    startDeadline()
    let context = context
    task = Task {
      do {
        let context = try await decide(context)
        onLoop { $0.admitted(context, message) }
      } catch {
        fail(with: error)
      }
    }
  }

  private func admitted(_ context: ServerContext, _ message: ByteBuffer) {
    guard isOpen else { return }
    task = nil
    self.context = context
    admit(message)
  }

  private func startDeadline() {
    guard deadlineTimer == nil, let deadline = context.deadline else { return }
    deadlineTimer = eventLoop.scheduleTask(deadline: deadline) {
      self.end(.failure(Self.deadlineExceeded))
    }
  }

  private func invoke(_ message: ByteBuffer) {
    do {
      let payload = message.readableBytesSpan
      switch method.invocation {
      case .inline(let handler):
        var answer = ByteBuffer()
        try handler(payload, context, &answer)
        end(.success(answer))
      case .deferred(let handler): try handler(payload, context, self)
      case .async(let handler):
        let body = try handler(payload, context, self)
        task = Task { await body() }
      case .streaming(let handler):
        guard let requests else { return }
        let body = handler(requests.payloads, context, self)
        task = Task { await body() }
      }
    } catch {
      fail(with: error)
    }
  }

  // MARK: Ends

  /// Nobody waits for the call any more.
  func cancel() {
    onLoop { $0.end(.failure(Self.cancelled)) }
  }

  func respond(with message: some RPCMessage) {
    var payload = ByteBuffer()
    do {
      try message.encode(into: &payload)
    } catch {
      return fail(with: error)
    }
    let answer = payload
    onLoop { $0.end(.success(answer)) }
  }

  func fail(with error: any Error) {
    onLoop { $0.end(.failure($0.calls.settings.translate(error))) }
  }

  func finish() {
    onLoop { $0.end(.success(ByteBuffer())) }
  }

  func end(_ result: Result<ByteBuffer, RPCError>) {
    guard isOpen else { return }
    isOpen = false
    deadlineTimer?.cancel()
    tellInterceptors(of: result)
    requests?.payloads.end(.failure(Self.cancelled))
    requests?.end()
    task?.cancel()
    task = nil
    if let answers {
      calls.closed(self)
      answers.end(result.map { _ in }.mapError { $0 })
    }
    switch result {
    case .success(let payload): answer.succeed(payload)
    case .failure(let error): answer.fail(error)
    }
    tellThoseWhoWait()
  }

  private func tellInterceptors(of result: Result<ByteBuffer, RPCError>) {
    var status = StatusCode.ok
    switch result {
    case .success(let payload): sentBytes += payload.readableBytes
    case .failure(let error): status = error.code
    }
    context.carried(sentBytes: sentBytes)
    let tally = CallTally(
      method.descriptor,
      ended: 1,
      status: status,
      startedAt: context.startedAt
    )
    for interceptor in calls.interceptors { interceptor.tallied(tally) }
    for interceptor in calls.interceptors.prefix(asked) {
      interceptor.ended(context, status: status)
    }
  }

  private func tellThoseWhoWait() {
    creditCallback = nil
    drainCallback = nil
    let waiters = creditWaiters
    creditWaiters = []
    for waiter in waiters { waiter.fail(Self.cancelled) }
    let callbacks = endCallbacks
    endCallbacks = []
    for callback in callbacks { callback() }
  }

  static let cancelled = RPCError(.cancelled, "the call has ended")
  static let deadlineExceeded = RPCError(.deadlineExceeded, "the deadline of the call has passed")
}

extension Duration {
  /// In nanoseconds, or the most that a number holds.
  fileprivate var nanosecondsClamped: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? 0 : Int64.max / 4 }
    return min(product &+ attoseconds / 1_000_000_000, Int64.max / 4)
  }
}
