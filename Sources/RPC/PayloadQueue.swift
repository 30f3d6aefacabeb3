public import NIOCore
import Synchronization

/// The messages of one stream between the connection that receives them and the task that reads.
///
/// The queue takes whatever is pushed. The connection bounds it: it learns from `push` and through
/// `onConsumed` what the reader has taken, and holds the peer back when that is too little.
public final class PayloadQueue: Sendable {
  /// Messages that the reader has taken.
  public struct Consumed: Sendable, Hashable {
    public var messages = 0
    public var bytes = 0

    public init(messages: Int = 0, bytes: Int = 0) {
      self.messages = messages
      self.bytes = bytes
    }
  }

  private struct State {
    var payloads: CircularBuffer<ByteBuffer> = []
    var consumed = Consumed()
    var ending: Result<Void, any Error>?
    var isAbandoned = false
    var waiter: CheckedContinuation<ByteBuffer?, any Error>?

    /// The next payload or how the stream ended; nil when there is nothing yet.
    mutating func take() -> Result<ByteBuffer?, any Error>? {
      if let payload = payloads.popFirst() {
        consumed.messages += 1
        consumed.bytes += payload.readableBytes
        return .success(payload)
      }
      switch ending {
      case .success: return .success(nil)
      case .failure(let error): return .failure(error)
      case nil: return isAbandoned || waiter != nil ? .failure(CancellationError()) : nil
      }
    }

    /// What to report now: enough has gathered, or the reader has to wait for more.
    mutating func report(after byteCount: Int, isWaiting: Bool) -> Consumed? {
      if consumed.messages == 0 { return nil }
      let isEnough = consumed.bytes + consumed.messages * PayloadQueue.messageCost >= byteCount
      guard isEnough || isWaiting else { return nil }
      defer { consumed = Consumed() }
      return consumed
    }

    mutating func takeAndReport(
      after byteCount: Int
    ) -> (taken: Result<ByteBuffer?, any Error>?, consumed: Consumed?) {
      let taken = take()
      return (taken, report(after: byteCount, isWaiting: taken == nil))
    }

    mutating func abandon() -> Abandoned {
      let abandoned = Abandoned(
        wasOpen: ending == nil && !isAbandoned,
        dropped: Consumed(
          messages: consumed.messages + payloads.count,
          bytes: payloads.reduce(consumed.bytes) { $0 + $1.readableBytes }
        )
      )
      isAbandoned = true
      payloads.removeAll()
      consumed = Consumed()
      return abandoned
    }
  }

  private struct Abandoned {
    /// The stream had not ended.
    let wasOpen: Bool
    /// What the reader left behind counts as taken: nobody else will take it.
    let dropped: Consumed
  }

  private let state = Mutex(State())
  private let reportAfter: Int
  private let onConsumed: @Sendable (Consumed) -> Void
  private let onAbandoned: @Sendable () -> Void

  /// - Parameters:
  ///   - reportAfter: bytes that the reader takes before `onConsumed` is called, unless it has to
  ///     wait for more before that. A message counts for 64 bytes more than it has.
  ///   - onConsumed: what the reader has taken, or left behind, since the last call. Called on the
  ///     reader's thread.
  ///   - onAbandoned: nobody will read any more and the stream has not ended.
  public init(
    reportAfter: Int,
    onConsumed: @escaping @Sendable (Consumed) -> Void,
    onAbandoned: @escaping @Sendable () -> Void
  ) {
    self.reportAfter = reportAfter
    self.onConsumed = onConsumed
    self.onAbandoned = onAbandoned
  }

  /// Adds a message.
  ///
  /// - Returns: false when the message waits for the reader, who will report it. True when the
  ///   reader was waiting and has it, or when there is no reader any more: it is not reported then.
  @discardableResult
  public func push(_ payload: ByteBuffer) -> Bool {
    let (waiter, isGone) = state.withLock {
      state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool) in
      if state.ending != nil || state.isAbandoned { return (nil, true) }
      if let waiter = state.waiter.take() { return (waiter, true) }
      state.payloads.append(Self.compact(payload))
      return (nil, false)
    }
    waiter?.resume(returning: payload)
    return isGone
  }

  /// Messages that wait for the reader.
  public var waitingMessages: Int { state.withLock { $0.payloads.count } }

  /// A small message that waits must not keep the whole read in memory that it is a slice of.
  private static func compact(_ payload: ByteBuffer) -> ByteBuffer {
    let spare = payload.storageCapacity - payload.readableBytes
    return spare <= payload.readableBytes + messageCost
      ? payload : ByteBuffer(bytes: payload.readableBytesView)
  }

  /// Ends the stream after what is queued. Only the first end counts.
  public func end(_ ending: Result<Void, any Error>) {
    let waiter = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.ending == nil else { return nil }
      state.ending = ending
      return state.waiter.take()
    }
    switch ending {
    case .success: waiter?.resume(returning: nil)
    case .failure(let error): waiter?.resume(throwing: error)
    }
  }

  /// Takes the next message, waiting for one if need be; nil when the stream has ended well.
  ///
  /// - Throws: what ended the stream, which is an `RPCError` unless the caller's own code ended it;
  ///   `CancellationError`.
  public func next() async throws -> ByteBuffer? {
    let (taken, consumed) = state.withLock { $0.takeAndReport(after: reportAfter) }
    if let consumed { onConsumed(consumed) }
    if let taken { return try taken.get() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (taken, consumed) = state.withLock { state in
          let step = state.takeAndReport(after: reportAfter)
          if step.taken == nil { state.waiter = continuation }
          return step
        }
        if let consumed { onConsumed(consumed) }
        if let taken { continuation.resume(with: taken) }
      }
    } onCancel: {
      let (waiter, abandoned) = state.withLock { ($0.waiter.take(), $0.abandon()) }
      waiter?.resume(throwing: CancellationError())
      report(abandoned)
    }
  }

  /// Ends the stream at once for its reader, who is told why and gets nothing of what waits, and for
  /// its sender, to whom it is as if the reader had left.
  func giveUp(_ error: any Error) {
    let (waiter, abandoned) = state.withLock {
      state -> (CheckedContinuation<ByteBuffer?, any Error>?, Abandoned?) in
      if state.ending != nil || state.isAbandoned { return (nil, nil) }
      let abandoned = state.abandon()
      state.ending = .failure(error)
      return (state.waiter.take(), abandoned)
    }
    waiter?.resume(throwing: error)
    if let abandoned { report(abandoned) }
  }

  /// Nobody will call `next` any more.
  func abandon() {
    report(state.withLock { $0.abandon() })
  }

  private func report(_ abandoned: Abandoned) {
    if abandoned.dropped.messages > 0 { onConsumed(abandoned.dropped) }
    if abandoned.wasOpen { onAbandoned() }
  }

  private static let messageCost = 64
}
