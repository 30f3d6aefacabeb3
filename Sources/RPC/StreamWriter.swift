import NIOCore

/// A stream of messages to the peer that waits when the peer does not read.
public struct StreamWriter<Message: RPCMessage>: Sendable {
  private let call: any ServerCall

  public init(to call: any ServerCall) {
    self.call = call
  }

  /// Waits until the stream can take a message, and sends it.
  ///
  /// - Throws: `RPCError` when the stream has ended; `CancellationError` when the task was cancelled.
  public func write(_ message: Message) async throws {
    let loop = call.eventLoop
    let call = call
    while true {
      // Nil: there is no credit.
      let credit: StreamCredit?
      if loop.inEventLoop {
        credit = call.hasCredit ? call.send(message) : nil
      } else {
        credit = try await loop.submit { call.hasCredit ? call.send(message) : nil }.get()
      }
      if credit == .closed { throw RPCError(.cancelled, "the stream has ended") }
      if credit != nil { return }
      try await call.waitForCredit()
    }
  }
}
