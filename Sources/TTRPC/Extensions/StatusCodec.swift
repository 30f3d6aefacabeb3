internal import CTTRPCProto
package import NIOCore
package import ProtobufC
package import RPC

// A bare `google.rpc.Status`, the data of a Cancel frame.
extension RPCError {
  private static let statusDescriptor: MessageDescriptor = {
    var status = Google__Rpc__Status()
    google__rpc__status__init(&status)
    return MessageDescriptor(ofInitialized: &status)
  }()

  /// - Throws: `ProtobufDecodingError`.
  package init(decodingStatus bytes: UnsafeRawBufferPointer) throws(ProtobufDecodingError) {
    self = try Self.statusDescriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      let status = reader.fields(of: Google__Rpc__Status.self)
      return RPCError(
        StatusCode(rawValue: status.pointee.code),
        try reader.string(status.pointee.message, field: 2)
      )
    }
  }

  package func encodeStatus(into buffer: inout ByteBuffer) {
    message.withUTF8CString { text in
      var status = Google__Rpc__Status()
      google__rpc__status__init(&status)
      status.code = code.rawValue
      status.message = text
      buffer.writePackedMessage(&status)
    }
  }
}
