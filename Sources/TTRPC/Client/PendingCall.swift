import NIOCore
import RPC
import TTRPCWire

/// A call that has not ended, on the connection's loop.
final class PendingCall {
  /// Who waits for what the server says.
  enum Answer {
    case one(CheckedContinuation<ByteBuffer, any Error>)
    case stream(PayloadQueue)
    /// The connection itself.
    case connection((Result<ByteBuffer, any Error>) -> Void)
    /// Nobody: the call has ended. What it held is let go, for callers may hold on to the call.
    case ended
  }

  let method: MethodDescriptor
  private(set) var metadata: Metadata
  private(set) var payload: ByteBuffer
  private(set) var answer: Answer
  /// What the client streams, if it does.
  private(set) var messages: OutboundQueue?
  /// The task that writes it, if it has to be cancelled with the call.
  private var sender: Task<Void, Never>?

  /// The number of its stream; nil while the Request has not been sent.
  var id: StreamID?
  var deadline: NIODeadline?
  var deadlineTimer: Scheduled<Void>?
  var stallTimer: Scheduled<Void>?
  var sendWindow = DeferredSendWindow()
  var inboundFlow: InboundFlow?
  /// Bytes that the reader took before it was known whether the server has to be told.
  var earlyGrant = 0
  /// Messages that waited for the reader of a full stream when that was last looked at.
  var messagesSeenWaiting = 0
  /// Whether it stands in the handler's list of that name.
  var isReady = false
  var isSwept = false

  init(
    _ method: MethodDescriptor,
    _ metadata: Metadata,
    _ payload: ByteBuffer,
    _ answer: Answer,
    messages: OutboundQueue? = nil,
    sender: Task<Void, Never>? = nil
  ) {
    self.method = method
    self.metadata = metadata
    self.payload = payload
    self.answer = answer
    self.messages = messages
    self.sender = sender
  }

  var isEnded: Bool {
    if case .ended = answer { true } else { false }
  }

  /// Whether no caller has made it.
  var isOfConnection: Bool {
    if case .connection = answer { true } else { false }
  }

  /// The Request has been written.
  func requestSent(on id: StreamID) {
    self.id = id
    metadata = Metadata()
    payload = ByteBuffer()
  }

  /// Ends the call. Only the first end counts.
  ///
  /// - Parameter result: the answer, or nil for the end of a stream.
  func end(_ result: Result<ByteBuffer?, any Error>) {
    let answer = answer
    self.answer = .ended
    deadlineTimer?.cancel()
    stallTimer?.cancel()
    messages?.end()
    messages = nil
    sender?.cancel()
    sender = nil
    metadata = Metadata()
    payload = ByteBuffer()
    answer.end(result.mapError { id == nil ? Self.unprocessed($0) : $0 })
  }

  /// Nothing of the call has left this process.
  private static func unprocessed(_ error: any Error) -> any Error {
    guard var error = error as? RPCError else { return error }
    error.isUnprocessed = true
    return error
  }
}

extension PendingCall.Answer {
  fileprivate func end(_ result: Result<ByteBuffer?, any Error>) {
    let one = result.flatMap { payload in
      payload.map { .success($0) }
        ?? .failure(RPCError(.internal, "the server ended the call without an answer"))
    }
    switch self {
    case .one(let continuation): continuation.resume(with: one)
    case .connection(let callback): callback(one)
    case .stream(let queue): queue.end(result.map { _ in })
    case .ended: break
    }
  }
}
