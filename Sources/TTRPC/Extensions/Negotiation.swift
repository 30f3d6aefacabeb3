internal import CTTRPCProto
package import NIOCore
package import ProtobufC
package import RPC
import TTRPCWire

/// What one side says in `ttrpc.extensions.v1.Connection/Negotiate`. Request and response have the
/// same one field.
package struct Negotiation: Hashable {
  package static let method = MethodDescriptor(
    service: "ttrpc.extensions.v1.Connection",
    name: "Negotiate",
    kind: .unary
  )

  /// Bytes that this side takes on each stream before it has granted more.
  package var initialWindow: Int

  package init(initialWindow: Int) {
    self.initialWindow = initialWindow
  }

  private static let descriptor: MessageDescriptor = {
    var request = Ttrpc__Extensions__V1__NegotiateRequest()
    ttrpc__extensions__v1__negotiate_request__init(&request)
    return MessageDescriptor(ofInitialized: &request)
  }()

  /// Decodes either message; a window of 0 is the default one.
  ///
  /// - Throws: `ProtobufDecodingError`.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(ProtobufDecodingError) {
    let size = try Self.descriptor.withUnpacked(bytes) { reader throws(ProtobufDecodingError) in
      reader.fields(of: Ttrpc__Extensions__V1__NegotiateRequest.self).pointee.initial_window
    }
    initialWindow = size == 0 ? SendWindow.defaultSize : Int(size)
  }

  package func encoded() -> ByteBuffer {
    var request = Ttrpc__Extensions__V1__NegotiateRequest()
    ttrpc__extensions__v1__negotiate_request__init(&request)
    request.initial_window = UInt32(clamping: initialWindow)
    var buffer = ByteBuffer()
    buffer.writePackedMessage(&request)
    return buffer
  }
}
