import NIOCore

/// A stream of messages to the peer that waits when the peer does not read.
public struct StreamWriter<Message: RPCMessage>: Sendable {
  private let call: any ServerCall

  public init(to call: any ServerCall) {
    self.call = call
  }

  /// Sends a message and returns once the stream can take another.
  ///
  /// - Throws: `RPCError` when the stream has ended; `CancellationError` when the task was cancelled.
  public func write(_ message: Message) async throws {
    let loop = call.eventLoop
    let credit: StreamCredit
    if loop.inEventLoop {
      credit = call.send(message)
    } else {
      let call = call
      credit = try await loop.submit { call.send(message) }.get()
    }
    switch credit {
    case .available: return
    case .exhausted: try await call.waitForCredit()
    case .closed: throw RPCError(.cancelled, "the stream has ended")
    }
  }
}
