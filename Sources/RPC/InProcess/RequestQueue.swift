import NIOCore
import Synchronization

/// The messages of a caller's stream on their way to the handler; the writer waits when the handler
/// does not take them.
final class RequestQueue: Sendable {
  private struct State {
    /// Bytes that the handler has not taken.
    var waiting = 0
    var isOver = false
    var writer: CheckedContinuation<Void, Never>?
  }

  private let windowBytes: Int
  private let state = Mutex(State())
  private let lazyPayloads = Mutex<PayloadQueue?>(nil)

  init(windowBytes: Int) {
    self.windowBytes = windowBytes
  }

  /// What the handler reads.
  var payloads: PayloadQueue {
    lazyPayloads.withLock { payloads in
      if let payloads { return payloads }
      let made = PayloadQueue(
        reportAfter: windowBytes / 4,
        onConsumed: { [weak self] consumed in self?.consumed(consumed.bytes) },
        onAbandoned: { [weak self] in self?.end() }
      )
      payloads = made
      return made
    }
  }

  /// Whether nobody takes what is sent.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Hands a message over and returns when another one is welcome.
  ///
  /// - Throws: CANCELLED when the call has ended.
  func send(_ message: ByteBuffer) async throws {
    let length = message.readableBytes
    let isOver = state.withLock { state in
      state.waiting += length
      return state.isOver
    }
    if isOver { throw RPCError(.cancelled, "the call has ended") }
    // A reader that was waiting has it already.
    if payloads.push(message) { consumed(length) }
    await withCheckedContinuation { continuation in
      let mustWait = state.withLock { state in
        guard state.waiting >= windowBytes, !state.isOver else { return false }
        state.writer = continuation
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }

  /// The caller has sent everything.
  func finish() {
    payloads.end(.success(()))
  }

  /// The call has ended, or the handler reads no more.
  func end() {
    let writer = state.withLock { state in
      state.isOver = true
      return state.writer.take()
    }
    writer?.resume()
  }

  private func consumed(_ byteCount: Int) {
    let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.waiting -= byteCount
      return state.waiting < windowBytes ? state.writer.take() : nil
    }
    writer?.resume()
  }
}
