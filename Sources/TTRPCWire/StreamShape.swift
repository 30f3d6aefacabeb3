/// Which sides of a stream send more than one message, as far as the wire is concerned.
public enum StreamShape: Sendable, Hashable {
  case unary
  /// The client sends one message, the server many.
  case serverStreaming
  /// The client sends many messages.
  case clientStreaming
}
