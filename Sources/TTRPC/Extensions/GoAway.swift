internal import CTTRPCProto
package import NIOCore
package import ProtobufC
package import TTRPCWire

/// What the data of a GoAway frame says: the connection will be closed.
package struct GoAway: Hashable {
  /// Streams above this number are not served.
  package var lastStreamID: StreamID
  /// For logs.
  package var reason: String
  /// After which it is worth coming back.
  package var retryAfter: TimeAmount

  package init(lastStreamID: StreamID, reason: String, retryAfter: TimeAmount) {
    self.lastStreamID = lastStreamID
    self.reason = reason
    self.retryAfter = retryAfter
  }

  private static let descriptor: MessageDescriptor = {
    var message = Ttrpc__Extensions__V1__GoAway()
    ttrpc__extensions__v1__go_away__init(&message)
    return MessageDescriptor(ofInitialized: &message)
  }()

  /// - Throws: `ProtobufDecodingError`.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(ProtobufDecodingError) {
    self = try Self.descriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      let message = reader.fields(of: Ttrpc__Extensions__V1__GoAway.self)
      return GoAway(
        lastStreamID: StreamID(message.pointee.last_stream_id),
        reason: try reader.string(message.pointee.reason, field: 2),
        retryAfter: .milliseconds(Int64(message.pointee.retry_after_ms))
      )
    }
  }

  package func encode(into buffer: inout ByteBuffer) {
    reason.withUTF8CString { text in
      var message = Ttrpc__Extensions__V1__GoAway()
      ttrpc__extensions__v1__go_away__init(&message)
      message.last_stream_id = lastStreamID.rawValue
      message.reason = text
      message.retry_after_ms = UInt32(clamping: retryAfter.nanoseconds / 1_000_000)
      buffer.writePackedMessage(&message)
    }
  }
}
