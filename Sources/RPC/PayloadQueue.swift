public import NIOCore
import Synchronization

/// The messages of one stream between the connection that receives them and the task that reads.
///
/// The connection asks after each `push` whether the queue is over its high watermark and learns
/// through `onDrained` when the reader has caught up; what it does in between is its own affair.
public final class PayloadQueue: Sendable {
  private struct State {
    var payloads: CircularBuffer<ByteBuffer> = []
    var byteCount = 0
    var isOverWatermark = false
    var ending: Result<Void, RPCError>?
    var isAbandoned = false
    var waiter: CheckedContinuation<ByteBuffer?, any Error>?

    /// The next payload, how the stream ended, or nothing: then the continuation waits.
    mutating func take(
      _ continuation: CheckedContinuation<ByteBuffer?, any Error>,
      _ highWatermark: Int
    ) -> Step {
      if let payload = payloads.popFirst() {
        byteCount -= payload.readableBytes + PayloadQueue.entryCost
        let drained = isOverWatermark && byteCount <= highWatermark / 2
        if drained { isOverWatermark = false }
        return .resume(.success(payload), drained: drained)
      }
      switch ending {
      case .success: return .resume(.success(nil), drained: false)
      case .failure(let error): return .resume(.failure(error), drained: false)
      case nil: break
      }
      if isAbandoned || waiter != nil {
        return .resume(.failure(CancellationError()), drained: false)
      }
      waiter = continuation
      return .wait
    }

    mutating func abandon() -> Abandoned {
      let abandoned = Abandoned(wasOpen: ending == nil && !isAbandoned, wasFull: isOverWatermark)
      isAbandoned = true
      isOverWatermark = false
      payloads.removeAll()
      byteCount = 0
      return abandoned
    }
  }

  /// What the reader left behind, of which the connection must hear.
  private struct Abandoned {
    /// The stream had not ended.
    let wasOpen: Bool
    /// The connection waits for the queue to be drained, which nobody will do now.
    let wasFull: Bool
  }

  private enum Step {
    case wait
    case resume(Result<ByteBuffer?, any Error>, drained: Bool)
  }

  private let state = Mutex(State())
  private let highWatermark: Int
  private let onDrained: @Sendable () -> Void
  private let onAbandoned: @Sendable () -> Void

  /// - Parameters:
  ///   - highWatermark: bytes that may wait before `push` says that it is enough.
  ///   - onDrained: the reader has taken half of what was too much, or has left it. Called on the
  ///     reader's thread.
  ///   - onAbandoned: nobody will read any more and the stream has not ended.
  public init(
    highWatermark: Int,
    onDrained: @escaping @Sendable () -> Void,
    onAbandoned: @escaping @Sendable () -> Void
  ) {
    self.highWatermark = highWatermark
    self.onDrained = onDrained
    self.onAbandoned = onAbandoned
  }

  /// Adds a message.
  ///
  /// - Returns: whether more is welcome.
  public func push(_ payload: ByteBuffer) -> Bool {
    let (waiter, welcome) = state.withLock {
      state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool) in
      if state.ending != nil || state.isAbandoned { return (nil, true) }
      if let waiter = state.waiter.take() { return (waiter, true) }
      state.payloads.append(payload)
      // An empty message takes memory too.
      state.byteCount += payload.readableBytes + Self.entryCost
      if state.byteCount > highWatermark { state.isOverWatermark = true }
      return (nil, !state.isOverWatermark)
    }
    waiter?.resume(returning: payload)
    return welcome
  }

  /// Ends the stream after what is queued. Only the first end counts.
  public func end(_ ending: Result<Void, RPCError>) {
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
  /// - Throws: `RPCError` with the status that ended the stream; `CancellationError`.
  public func next() async throws -> ByteBuffer? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let step = state.withLock { $0.take(continuation, highWatermark) }
        switch step {
        case .wait: break
        case .resume(let result, let drained):
          if drained { onDrained() }
          continuation.resume(with: result)
        }
      }
    } onCancel: {
      let (waiter, abandoned) = state.withLock { ($0.waiter.take(), $0.abandon()) }
      waiter?.resume(throwing: CancellationError())
      report(abandoned)
    }
  }

  /// Nobody will call `next` any more.
  func abandon() {
    report(state.withLock { $0.abandon() })
  }

  private func report(_ abandoned: Abandoned) {
    if abandoned.wasFull { onDrained() }
    if abandoned.wasOpen { onAbandoned() }
  }

  private static let entryCost = 64
}
