public import Foundation
public import RPC
public import TTRPC
public import WardlineAPI

/// Messages that are on their way, kept until the server has answered: across lost connections, and
/// with a file across restarts of the program.
///
/// Each is sent with one idempotency key, however often, so that the conversation has it once. They go
/// out one after another, in the order in which they were given.
public actor Outbox {
  /// What happens to a message.
  public enum Update: Sendable, Equatable {
    /// The conversation has it.
    case sent(key: String, SendMessageResponse)
    /// The server will not take it as it is. The message stays in the outbox.
    case failed(key: String, RPCError)
    /// The server is not there, or asks to wait; the message is sent again after that time.
    case delayed(key: String, RPCError, retryAfter: Duration)
  }

  /// What happens, in order, from the first call on. For one reader.
  public nonisolated let updates: AsyncStream<Update>

  private let feed: AsyncStream<Update>.Continuation
  private let transport: any ClientTransport
  private let file: OutboxFile?
  private let delay: Backoff
  private let clock: any Clock<Duration>
  private var generator: any RandomNumberGenerator & Sendable
  private var queue: OutboxQueue
  private var failures = 0
  private var wakeUp: CheckedContinuation<Void, Never>?

  /// Reads what was left when the program last ended.
  ///
  /// - Parameters:
  ///   - file: where messages are kept; nil keeps them in memory only. For one outbox at a time.
  ///   - transport: the way to the server, which may be shared with other calls.
  ///   - delay: the waits after a failure that may pass.
  ///   - clock: measures them.
  ///   - generator: the chance in the waits, and the keys of messages.
  /// - Throws: what reading the file throws.
  public init(
    file: URL?,
    over transport: any ClientTransport,
    delay: Backoff = Backoff(maximum: .seconds(30)),
    clock: any Clock<Duration> = ContinuousClock(),
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) throws {
    self.file = file.map { OutboxFile(url: $0) }
    self.transport = transport
    self.delay = delay
    self.clock = clock
    self.generator = generator
    queue = OutboxQueue(try self.file?.read() ?? [])
    (updates, feed) = AsyncStream.makeStream(of: Update.self)
  }

  deinit { feed.finish() }

  /// The messages that have not been sent, in order.
  public var entries: [OutboxEntry] { queue.entries }

  /// Keeps a message, which is then sent by `run`.
  ///
  /// - Returns: its key, which is the request's own if it has one.
  /// - Throws: what writing the file throws; the message is not kept then.
  @discardableResult
  public func send(_ request: SendMessageRequest) throws -> String {
    var request = request
    if request.idempotencyKey.isEmpty { request.idempotencyKey = newKey() }
    try change {
      $0.add(OutboxEntry(key: request.idempotencyKey, request: request, state: .waiting))
    }
    wake()
    return request.idempotencyKey
  }

  /// Sends a message again that the server has not taken.
  ///
  /// - Returns: false when there is no such message.
  /// - Throws: what writing the file throws.
  public func retry(_ key: String) throws -> Bool {
    let isThere = try change { $0.retry(key) }
    wake()
    return isThere
  }

  /// Gives a message up. One that is just being sent may still arrive.
  ///
  /// - Returns: false when there is no such message.
  /// - Throws: what writing the file throws.
  public func discard(_ key: String) throws -> Bool {
    try change { $0.discard(key) }
  }

  /// Sends messages until the task is cancelled.
  ///
  /// - Throws: `CancellationError`; UNAUTHENTICATED when the server does not know the caller any more,
  ///   in which case nothing is lost and it may be run again; what writing the file throws.
  public func run() async throws {
    while true {
      try Task.checkCancellation()
      guard let entry = queue.next else {
        await waitForMessages()
        continue
      }
      try await attempt(entry)
    }
  }

  private func attempt(_ entry: OutboxEntry) async throws {
    do {
      let answer: SendMessageResponse = try await transport.unary(
        MessagesMethods.send,
        entry.request,
        options: CallOptions(timeout: Self.timeout, waitForReady: failures > 0)
      )
      failures = 0
      try change { $0.sent(entry.key) }
      feed.yield(.sent(key: entry.key, answer))
    } catch let error as RPCError {
      try Task.checkCancellation()
      try await failed(entry.key, error)
    }
  }

  private func failed(_ key: String, _ error: RPCError) async throws {
    if error.code == .unauthenticated { throw error }
    guard error.code.passes else {
      try change { $0.failed(key, error) }
      feed.yield(.failed(key: key, error))
      return
    }
    failures += 1
    let wait = delay.delay(afterFailures: failures, using: &generator)
    feed.yield(.delayed(key: key, error, retryAfter: wait))
    try await clock.sleep(for: wait)
  }

  // MARK: The queue

  /// Changes the queue once the file has the change.
  @discardableResult
  private func change<Result>(_ body: (inout OutboxQueue) -> Result) throws -> Result {
    var changed = queue
    let result = body(&changed)
    try file?.write(changed.entries)
    queue = changed
    return result
  }

  private func waitForMessages() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { wakeUp = continuation }
      }
    } onCancel: {
      Task { await wake() }
    }
  }

  private func wake() {
    wakeUp?.resume()
    wakeUp = nil
  }

  private func newKey() -> String {
    (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// For one attempt.
  private static let timeout = Duration.seconds(30)
}
