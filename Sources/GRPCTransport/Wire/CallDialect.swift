import NIOHPACK

/// How a call is written on its stream of HTTP/2. The calls are the same; only what stands around
/// messages, and how the end is told, differs.
enum CallDialect: Equatable {
  /// Messages behind prefixes, the status in trailers.
  case grpc
  /// gRPC-Web: the same, but the trailers are the last thing in the body.
  case grpcWeb
  /// The Connect protocol, a method of one message each way: the bodies are the messages, and the
  /// status is HTTP's.
  case connectUnary
  /// The Connect protocol, any other method: messages behind prefixes, and a last one of JSON that
  /// tells the end.
  case connectStream

  /// - Returns: nil for a content type that is not one of theirs.
  init?(contentType: String) {
    // Nearly all come as just this.
    if contentType == "application/grpc" {
      self = .grpc
      return
    }
    let type = contentType.lowercased().prefix { $0 != ";" && $0 != " " }
    switch type {
    case "application/grpc", "application/grpc+proto": self = .grpc
    case "application/grpc-web", "application/grpc-web+proto": self = .grpcWeb
    case "application/proto": self = .connectUnary
    case "application/connect+proto": self = .connectStream
    default: return nil
    }
  }

  /// What a client may send, as a header lists it.
  static let contentTypes =
    "application/grpc, application/grpc-web+proto, application/proto, application/connect+proto"

  /// Whether a flag and a length stand before each message.
  var hasPrefixes: Bool { self != .connectUnary }

  /// Where the name of an encoding is that messages may be compressed in.
  var encodingHeader: String {
    switch self {
    case .grpc, .grpcWeb: "grpc-encoding"
    case .connectUnary: "content-encoding"
    case .connectStream: "connect-content-encoding"
    }
  }

  /// Whether the end is told in the body, and not in trailers.
  var endsInBody: Bool { self != .grpc }

  /// Whether a method of this kind can be called so.
  func suits(isUnary: Bool) -> Bool {
    switch self {
    case .grpc, .grpcWeb: true
    case .connectUnary: isUnary
    case .connectStream: !isUnary
    }
  }
}
