import NIOHPACK
import RPC

/// The headers and trailers of answers.
enum ResponseHeaders {
  /// Before the first message.
  static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
  /// After the last message of a call that went well.
  static let ok: HPACKHeaders = ["grpc-status": "0"]

  /// The whole answer of a stream that went well without a message.
  static let okOnly: HPACKHeaders = [
    ":status": "200", "content-type": "application/grpc", "grpc-status": "0",
  ]

  /// After the last message of a call that failed.
  static func trailers(_ error: RPCError) -> HPACKHeaders {
    var trailers = HPACKHeaders()
    add(error, to: &trailers)
    return trailers
  }

  /// The whole answer of a call that failed before its first message.
  ///
  /// - Parameter listsEncodings: whether to say which encodings of messages are understood.
  static func trailersOnly(_ error: RPCError, listsEncodings: Bool = false) -> HPACKHeaders {
    var trailers = head
    add(error, to: &trailers)
    if listsEncodings {
      trailers.add(name: "grpc-accept-encoding", value: MessageEncoding.accepted)
    }
    return trailers
  }

  /// The whole answer to something that is no gRPC.
  static func notGRPC(status: Int) -> HPACKHeaders {
    var headers: HPACKHeaders = [":status": "\(status)", "content-length": "0"]
    if status == 405 { headers.add(name: "allow", value: "POST") }
    if status == 415 { headers.add(name: "accept-post", value: CallDialect.contentTypes) }
    return headers
  }

  private static func add(_ error: RPCError, to trailers: inout HPACKHeaders) {
    trailers.add(name: "grpc-status", value: "\(error.code.rawValue)")
    if error.message.isEmpty { return }
    trailers.add(
      name: "grpc-message",
      value: StatusMessage.encoded(error.message),
      indexing: .nonIndexable
    )
  }
}
