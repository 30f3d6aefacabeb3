/// Which sides of a stream send more than one message, as far as the wire is concerned.
public enum StreamShape: Sendable, Hashable {
  case unary
  /// The client sends one message, the server many.
  case serverStreaming
  /// The client sends many messages. To a server it makes no difference whether it answers with
  /// one or with many.
  case clientStreaming
  /// Both sides send many messages, and the client tells it apart.
  case bidirectional
}
