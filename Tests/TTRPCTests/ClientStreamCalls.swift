import RPC
import TTRPC

extension MethodDescriptor {
  static func upload(_ name: String) -> MethodDescriptor {
    MethodDescriptor(service: "test.Calls", name: name, kind: .clientStreaming)
  }

  static func both(_ name: String) -> MethodDescriptor {
    MethodDescriptor(service: "test.Calls", name: name, kind: .bidirectional)
  }
}

extension ClientConnection {
  /// A call whose client streams.
  func upload(
    _ name: String,
    _ options: CallOptions = CallOptions(),
    send: @escaping @Sendable (ClientStreamWriter<Bytes>) async throws -> Void
  ) async throws -> Bytes {
    try await clientStreaming(.upload(name), options: options, send: send)
  }

  /// A call where both sides stream.
  func both(
    _ name: String,
    _ options: CallOptions = CallOptions(),
    send: @escaping @Sendable (ClientStreamWriter<Bytes>) async throws -> Void
  ) async throws -> MessageStream<Bytes> {
    try await bidirectional(.both(name), options: options, send: send)
  }
}

extension MessageStream where Message == Bytes {
  /// Everything until the end.
  func texts() async throws -> [String] {
    try await reduce(into: []) { $0.append($1.text) }
  }
}
