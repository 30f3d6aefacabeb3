import RPC

extension MethodKind {
  /// For people.
  var words: String {
    switch self {
    case .unary: "unary"
    case .clientStreaming: "client-streaming"
    case .serverStreaming: "server-streaming"
    case .bidirectional: "bidirectional"
    }
  }
}
