/// A unary method, in the way that suits it.
public enum UnaryHandler<Input: RPCMessage, Output: RPCMessage>: Sendable {
  /// A function that may wait. The default; it runs as a task on the connection's loop.
  case async(@Sendable (Input, ServerContext) async throws -> Output)
  /// A function that keeps the reply and answers later, for instance from a commit.
  case deferred(@Sendable (Input, ServerContext, Reply<Output>) throws -> Void)
  /// A function that answers at once. It runs on the event loop and must not block.
  case inline(@Sendable (Input, ServerContext) throws -> Output)
}

/// A method that answers one message with a stream of them.
public enum ServerStreamHandler<Input: RPCMessage, Output: RPCMessage>: Sendable {
  /// Writes, waiting for the reader; the stream ends when the function returns.
  case async(@Sendable (Input, ServerContext, StreamWriter<Output>) async throws -> Void)
  /// Keeps the stream and writes to it without waiting, until it calls `finish` or `fail`.
  case deferred(@Sendable (Input, ServerContext, PushStream<Output>) throws -> Void)
}

/// A method that answers a stream of messages with one.
public enum ClientStreamHandler<Input: RPCMessage, Output: RPCMessage>: Sendable {
  case async(@Sendable (MessageStream<Input>, ServerContext) async throws -> Output)
}

/// A method with a stream in each direction.
public enum BidirectionalHandler<Input: RPCMessage, Output: RPCMessage>: Sendable {
  case async(
    @Sendable (MessageStream<Input>, ServerContext, StreamWriter<Output>) async throws -> Void
  )
}
