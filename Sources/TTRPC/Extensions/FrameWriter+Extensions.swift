import NIOCore
package import RPC
package import TTRPCWire

// The frames of the extensions. Only for a peer that has agreed on them.
extension FrameWriter {
  /// Lets the peer send that many bytes more on the stream.
  package mutating func writeWindowUpdate(_ id: StreamID, _ byteCount: Int) {
    writeFrame(id, .windowUpdate) { $0.writeInteger(UInt32(clamping: byteCount)) }
  }

  /// Gives up on the stream.
  package mutating func writeCancel(_ id: StreamID, _ error: RPCError) {
    writeFrame(id, .cancel) { error.encodeStatus(into: &$0) }
  }

  /// Asks whether the peer is there, or answers that question with the bytes that came.
  package mutating func writePing(_ opaque: UInt64, isAnswer: Bool) {
    writeFrame(.connection, .ping, isAnswer ? .acknowledgement : []) { $0.writeInteger(opaque) }
  }

  package mutating func writeGoAway(_ goAway: GoAway) {
    writeFrame(.connection, .goAway) { goAway.encode(into: &$0) }
  }
}
