import NIOCore
import RPC
import TTRPCWire

/// A call that waits for the server, on the connection's loop.
final class PendingCall {
  enum Answer {
    case one(CheckedContinuation<ByteBuffer, any Error>)
    case stream(PayloadQueue)
  }

  let answer: Answer
  var deadlineTimer: Scheduled<Void>?

  init(_ answer: Answer) {
    self.answer = answer
  }

  /// The call has ended without a message, well only if it is a stream.
  func end(_ error: RPCError?) {
    deadlineTimer?.cancel()
    switch answer {
    case .one(let continuation):
      continuation.resume(
        throwing: error ?? RPCError(.internal, "the server ended a unary call without an answer")
      )
    case .stream(let queue):
      queue.end(error.map { .failure($0) } ?? .success(()))
    }
  }

  /// The Response of the call.
  func respond(_ payload: ByteBuffer) {
    deadlineTimer?.cancel()
    switch answer {
    case .one(let continuation): continuation.resume(returning: payload)
    case .stream(let queue): queue.end(.success(()))
    }
  }
}

/// How a caller finds its call again on the loop, to cancel it, even before it was opened.
struct CallHandle {
  var id: StreamID?
  var isCancelled = false
}
