import NIOCore
import RPC
import Synchronization

/// The messages of one stream between the task that writes them and the connection that sends them.
///
/// Any number of tasks may write. A message is taken at once; its writer waits when too much of the
/// stream has not been sent.
final class OutboundQueue: Sendable {
  /// What the connection gets.
  enum Taken {
    case message(ByteBuffer)
    /// Every message has been taken and no more will come.
    case close
    /// The next message does not fit now.
    case blocked
    /// There is nothing now; `onPending` says when there is.
    case nothing
  }

  private struct State {
    var payloads: CircularBuffer<ByteBuffer> = []
    var byteCount = 0
    var isFinished = false
    var isCloseTaken = false
    var hasEnded = false
    /// The connection knows that there is something to take.
    var isAnnounced = false
    var waiters: [CreditWaiter] = []

    /// - Returns: whether the connection must be told.
    mutating func announce() -> Bool {
      defer { isAnnounced = true }
      return !isAnnounced
    }

    mutating func append(_ payload: ByteBuffer, _ highWatermark: Int) throws -> Appended {
      if hasEnded || isFinished { throw RPCError(.cancelled, "the stream has ended") }
      payloads.append(payload)
      byteCount += payload.readableBytes + OutboundQueue.messageCost
      let waiter = byteCount > highWatermark ? CreditWaiter() : nil
      if let waiter { waiters.append(waiter) }
      return Appended(isNews: announce(), waiter: waiter)
    }
  }

  private struct Appended {
    let isNews: Bool
    let waiter: CreditWaiter?
  }

  private let state = Mutex(State())
  private let highWatermark: Int
  private let onPending: @Sendable () -> Void

  /// - Parameters:
  ///   - highWatermark: bytes that may wait to be sent before writers wait too.
  ///   - onPending: there is something to take, after there was nothing.
  init(highWatermark: Int, onPending: @escaping @Sendable () -> Void) {
    self.highWatermark = highWatermark
    self.onPending = onPending
  }

  // MARK: The writer's side

  /// Adds a message and returns once the stream can take another.
  func write(_ payload: ByteBuffer) async throws {
    try Task.checkCancellation()
    let appended = try state.withLock { try $0.append(payload, highWatermark) }
    if appended.isNews { onPending() }
    guard let waiter = appended.waiter else { return }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter.wait($0) }
    } onCancel: {
      waiter.end(.failure(CancellationError()))
    }
  }

  /// Nothing more will be written.
  func finish() {
    let isNews = state.withLock { state in
      if state.hasEnded || state.isFinished { return false }
      state.isFinished = true
      return state.announce()
    }
    if isNews { onPending() }
  }

  // MARK: The connection's side

  /// The next message, if it fits.
  func take(where fits: (Int) -> Bool) -> Taken {
    let (taken, waiters) = state.withLock { state -> (Taken, [CreditWaiter]) in
      guard let payload = state.payloads.first else {
        if state.isFinished, !state.isCloseTaken {
          state.isCloseTaken = true
          return (.close, [])
        }
        state.isAnnounced = false
        return (.nothing, [])
      }
      guard fits(payload.readableBytes) else { return (.blocked, []) }
      state.payloads.removeFirst()
      state.byteCount -= payload.readableBytes + Self.messageCost
      guard state.byteCount <= highWatermark / 2 else { return (.message(payload), []) }
      defer { state.waiters = [] }
      return (.message(payload), state.waiters)
    }
    for waiter in waiters { waiter.end(.success(())) }
    return taken
  }

  /// The call has ended: what waits is dropped, and so is all that is still written.
  func end() {
    let waiters = state.withLock { state in
      state.hasEnded = true
      state.payloads = []
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.end(.failure(RPCError(.cancelled, "the stream has ended"))) }
  }

  private static let messageCost = 64
}
