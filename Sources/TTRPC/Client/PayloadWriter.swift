public import NIOCore
import RPC
import TTRPCWire

/// The client's stream of messages that are encoded already. Any number of tasks may write to it.
public struct PayloadWriter: Sendable {
  private let messages: OutboundQueue

  init(_ messages: OutboundQueue) {
    self.messages = messages
  }

  /// Sends a message and returns once the stream can take another.
  ///
  /// - Throws: `RPCError` with RESOURCE_EXHAUSTED when the message is longer than a frame, with
  ///   CANCELLED when the call has ended; `CancellationError`.
  public func write(_ payload: ByteBuffer) async throws {
    if payload.readableBytes > FrameHeader.dataLengthMax {
      let violation = ProtocolViolation.messageTooLarge(
        length: payload.readableBytes,
        limit: FrameHeader.dataLengthMax
      )
      throw RPCError(.resourceExhausted, violation.description)
    }
    try await messages.write(payload)
  }
}
