public import NIOCore
public import RPC
import TTRPCWire

// Calls whose messages are encoded already, for callers that know types by name only.
extension ClientConnection {
  /// Makes a unary call.
  ///
  /// - Throws: `RPCError` with the status of the call, CANCELLED when the task was cancelled.
  public func call(
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions
  ) async throws -> ByteBuffer {
    try await answer(of: method, payload, options, control: newControl(), messages: nil)
  }

  /// Opens a server stream. Read it, or the server's messages pile up until the stream is ended.
  public func stream(
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions
  ) -> PayloadQueue {
    let control = newControl()
    let queue = inboundQueue(control)
    let metadata = merged(options)
    control.open(timeout: options.timeout) {
      PendingCall(method, metadata, payload, .stream(queue))
    }
    return queue
  }

  /// Streams messages to the server and returns its one answer.
  ///
  /// - Parameter send: runs beside the call and closes the stream by returning. It is cancelled when
  ///   the call ends before that, with an answer or without, and has ended when this returns. What
  ///   it throws gives the call up.
  /// - Throws: `RPCError` with the status of the call, CANCELLED when the task was cancelled; what
  ///   `send` throws while the call runs.
  public func clientStream(
    _ method: MethodDescriptor,
    _ options: CallOptions,
    send: @escaping @Sendable (PayloadWriter) async throws -> Void
  ) async throws -> ByteBuffer {
    let control = newControl()
    let messages = outboundQueue(control)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await Self.run(send, into: messages, control) }
      defer { group.cancelAll() }
      return try await answer(
        of: method,
        ByteBuffer(),
        options,
        control: control,
        messages: messages
      )
    }
  }

  /// Opens a stream in both directions.
  ///
  /// - Parameter send: runs beside the call, as that of `clientStream`; what it throws comes out of
  ///   the queue. It is cancelled when the server or the reader ends the stream.
  public func bidirectionalStream(
    _ method: MethodDescriptor,
    _ options: CallOptions,
    send: @escaping @Sendable (PayloadWriter) async throws -> Void
  ) -> PayloadQueue {
    let control = newControl()
    let messages = outboundQueue(control)
    let queue = inboundQueue(control)
    let metadata = merged(options)
    let sender = Task { await Self.run(send, into: messages, control) }
    control.open(timeout: options.timeout) {
      PendingCall(
        method,
        metadata,
        ByteBuffer(),
        .stream(queue),
        messages: messages,
        sender: sender
      )
    }
    return queue
  }

  private func answer(
    of method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions,
    control: CallControl,
    messages: OutboundQueue?
  ) async throws -> ByteBuffer {
    let metadata = merged(options)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        control.open(timeout: options.timeout) {
          PendingCall(method, metadata, payload, .one(continuation), messages: messages)
        }
      }
    } onCancel: {
      control.giveUp(Self.cancelled)
    }
  }

  /// Runs the caller's sender to its end, which is the stream's.
  private static func run(
    _ send: @Sendable (PayloadWriter) async throws -> Void,
    into messages: OutboundQueue,
    _ control: CallControl
  ) async {
    do {
      try await send(PayloadWriter(messages))
      // A sender that returned because it was cancelled has not said all that it had to say.
      if Task.isCancelled { control.giveUp(cancelled) } else { messages.finish() }
    } catch is CancellationError where Task.isCancelled {
      control.giveUp(cancelled)
    } catch {
      control.giveUp(error)
    }
  }

  private func newControl() -> CallControl {
    CallControl(handler, on: handler.eventLoop)
  }

  private func outboundQueue(_ control: CallControl) -> OutboundQueue {
    OutboundQueue(
      highWatermark: configuration.streamOutboundBytesMax,
      onPending: { control.messagesPending() }
    )
  }

  private func inboundQueue(_ control: CallControl) -> PayloadQueue {
    PayloadQueue(
      reportAfter: min(configuration.streamInboundBytesMax, configuration.initialWindow) / 4,
      onConsumed: { control.readerTook($0) },
      onAbandoned: { control.giveUp(Self.cancelled) }
    )
  }

  private static let cancelled = RPCError(.cancelled, "the caller gave up")
}
