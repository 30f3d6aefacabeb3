import NIOCore
import NIOPosix
import RPC
import TTRPC
import Testing

/// Every test of this folder stands for a bug that other implementations had: T is containerd/ttrpc,
/// R is containerd/ttrpc-rust, and the numbers are those of their issues and pull requests.
extension Tag {
  @Tag static var history: Self
}

extension MethodDescriptor {
  static func history(_ name: String, _ kind: MethodKind) -> MethodDescriptor {
    MethodDescriptor(service: "test.Calls", name: name, kind: kind)
  }
}

/// With and without the extensions.
enum Wire: String, CaseIterable, CustomTestStringConvertible {
  case plain
  case extended

  var testDescription: String { rawValue }

  var configuration: ClientConfiguration {
    var configuration = ClientConfiguration.patient
    configuration.negotiatesExtensions = self == .extended
    return configuration
  }
}

extension ServerUnderTest {
  func client(
    _ wire: Wire,
    stallTimeout: TimeAmount? = nil
  ) async throws -> ClientConnection {
    var configuration = wire.configuration
    if let stallTimeout { configuration.stallTimeout = stallTimeout }
    return try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: configuration
    )
  }
}

extension ClientConnection {
  func sendStream(
    to name: String,
    _ options: CallOptions = CallOptions(),
    send: @escaping @Sendable (ClientStreamWriter<Bytes>) async throws -> Void
  ) async throws -> Bytes {
    try await clientStreaming(.history(name, .clientStreaming), options: options, send: send)
  }

  func converse(
    with name: String,
    _ options: CallOptions = CallOptions(),
    send: @escaping @Sendable (ClientStreamWriter<Bytes>) async throws -> Void
  ) async throws -> MessageStream<Bytes> {
    try await bidirectional(.history(name, .bidirectional), options: options, send: send)
  }
}

extension ServerMethod {
  static func receiving(
    _ name: String,
    _ handler: @escaping @Sendable (MessageStream<Bytes>) async throws -> Bytes
  ) -> ServerMethod {
    .clientStreaming(
      .history(name, .clientStreaming),
      .async { requests, _ in
        try await handler(requests)
      }
    )
  }

  static func conversing(
    _ name: String,
    _ handler: @escaping @Sendable (MessageStream<Bytes>, StreamWriter<Bytes>) async throws -> Void
  ) -> ServerMethod {
    .bidirectional(
      .history(name, .bidirectional),
      .async { requests, _, responses in
        try await handler(requests, responses)
      }
    )
  }
}

extension Bytes {
  init(number: Int) { self.init(ByteBuffer(string: "\(number)")) }
}
