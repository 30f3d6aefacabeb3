import NIOCore
import NIOHPACK
import ProtobufC
import RPC

/// How the end of a call is told where it stands in the body: by gRPC-Web and by the Connect protocol
/// (https://connectrpc.com/docs/protocol). Does no I/O.
enum ResponseEnd {
  /// What precedes the body.
  ///
  /// - Parameter error: why the call failed, if it has before anything was sent.
  static func head(_ dialect: CallDialect, _ error: RPCError?) -> HPACKHeaders {
    switch dialect {
    case .grpc: ResponseHeaders.head
    case .grpcWeb: [":status": "200", "content-type": "application/grpc-web+proto"]
    case .connectStream: [":status": "200", "content-type": "application/connect+proto"]
    case .connectUnary:
      if let error {
        [":status": "\(ConnectCode(error.code).httpStatus)", "content-type": "application/json"]
      } else {
        [":status": "200", "content-type": "application/proto"]
      }
    }
  }

  /// What the body ends with.
  static func body(_ dialect: CallDialect, _ error: RPCError?) -> ByteBuffer {
    switch dialect {
    case .grpc: ByteBuffer()
    case .grpcWeb: envelope(flag: 0x80, trailers(error))
    case .connectStream: envelope(flag: 0x02, error.map { "{\"error\":\(json($0))}" } ?? "{}")
    case .connectUnary: ByteBuffer(string: error.map(json) ?? "")
    }
  }

  private static func trailers(_ error: RPCError?) -> String {
    guard let error else { return "grpc-status: 0\r\n" }
    let status = "grpc-status: \(error.code.rawValue)\r\n"
    if error.message.isEmpty { return status }
    return status + "grpc-message: \(StatusMessage.encoded(error.message))\r\n"
  }

  private static func json(_ error: RPCError) -> String {
    var text = JSONText(isPretty: false)
    text.open("{")
    text.member("code")
    text.string(ConnectCode(error.code).name)
    text.member("message")
    text.string(error.message)
    text.close("}")
    return text.text
  }

  private static func envelope(flag: UInt8, _ text: String) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.writeMultipleIntegers(flag, UInt32(truncatingIfNeeded: text.utf8.count))
    bytes.writeString(text)
    return bytes
  }
}
