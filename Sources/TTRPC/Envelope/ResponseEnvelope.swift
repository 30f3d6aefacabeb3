internal import CTTRPCProto
package import NIOCore
package import ProtobufC
package import RPC

/// A `ttrpc.Response` as Swift values.
package struct ResponseEnvelope {
  package let error: RPCError?
  package let payload: ByteBuffer

  private static let descriptor: MessageDescriptor = {
    var response = Ttrpc__Response()
    ttrpc__response__init(&response)
    return MessageDescriptor(ofInitialized: &response)
  }()

  /// Decodes the data of a Response frame.
  ///
  /// - Throws: `ProtobufDecodingError`.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(ProtobufDecodingError) {
    self = try Self.descriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      let response = reader.fields(of: Ttrpc__Response.self)
      var error: RPCError?
      if let status = response.pointee.status, status.pointee.code != StatusCode.ok.rawValue {
        error = RPCError(
          StatusCode(rawValue: status.pointee.code),
          try reader.string(status.pointee.message, field: 1)
        )
      }
      let payload = response.pointee.payload.bytes
      return ResponseEnvelope(error: error, payload: ByteBuffer(bytes: payload))
    }
  }

  private init(error: RPCError?, payload: ByteBuffer) {
    self.error = error
    self.payload = payload
  }
}
