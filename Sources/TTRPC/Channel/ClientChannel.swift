public import RPC

/// The way to one server: calls are spread over a few connections, which are opened when they are
/// needed and anew after they were lost.
///
/// - A call goes to a connection with room. When there is none, one is opened. While attempts to
///   connect fail, each is made after a longer wait, and calls fail at once with UNAVAILABLE, or
///   wait if their options say `waitForReady`.
/// - A call that ended with UNAVAILABLE is made again when that does no harm: see `RetryPolicy`.
/// - A call's timeout holds over everything that it waits for. Cancelling its task ends it at once.
///
/// Identify the caller by metadata: what is bound to a connection is lost with it.
public final class ClientChannel: ClientTransport {
  private let parts: ChannelParts
  private let closing = OnceTask()

  /// - Parameters:
  ///   - interceptors: asked in this order before every call.
  ///   - clock: measures every wait.
  ///   - generator: the chance in the waits.
  ///   - connect: opens a connection. UNAVAILABLE means that nobody is there now; any other error
  ///     also fails the calls that wait for ready.
  public init(
    configuration: ClientChannelConfiguration = ClientChannelConfiguration(),
    interceptors: [any ClientInterceptor] = [],
    clock: any Clock<Duration> = ContinuousClock(),
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    connect: @escaping @Sendable () async throws -> any ChannelConnection
  ) {
    let clock = ChannelClock(clock)
    let supply = ConnectionSupply(
      configuration,
      clock: clock,
      generator: generator,
      connect: connect
    )
    parts = ChannelParts(
      configuration,
      interceptors: interceptors,
      supply: supply,
      clock: clock,
      generator: generator
    )
  }

  /// What the channel is about at this moment.
  public var state: ClientChannelState { parts.supply.channelState }

  /// Connections that are open.
  public var connectionCount: Int { parts.supply.connectionCount }

  /// Opens a connection if there is none, for those who want to know early whether that works.
  ///
  /// - Parameters:
  ///   - waitForReady: whether to go on trying when the server is not there.
  ///   - timeout: how long to try; nil sets no limit beside that of one attempt.
  /// - Throws: `RPCError` with UNAVAILABLE, DEADLINE_EXCEEDED or CANCELLED; what `connect` throws.
  public func connect(waitForReady: Bool = false, timeout: Duration? = nil) async throws {
    do {
      let place = try await parts.supply.acquire(waitForReady: waitForReady, within: timeout)
      parts.supply.release(place)
    } catch is CancellationError {
      throw RPCError.callerGaveUp
    }
  }

  /// Ends the channel: no call begins any more, those without a connection end with CANCELLED, and
  /// those that run may finish within the `drainTimeout`. Returns when every connection is closed.
  public func close() async {
    let limit = parts.configuration.drainTimeout
    await closing.run { [parts] in await parts.supply.close(within: limit) }
  }

  // MARK: ClientTransport

  public func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    let call = ChannelCall(parts, method, options, isRepeatable: request.isRepeatable)
    return try await call.run { connection, options in
      try await connection.unary(method, request, options: options)
    }
  }

  public func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    let call = ChannelCall(parts, method, options, isRepeatable: request.isRepeatable)
    return try await stream(call) { connection, options in
      try await connection.serverStreaming(method, request, options: options)
    }
  }

  public func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    let call = ChannelCall(parts, method, options, isRepeatable: true)
    return try await call.run { connection, options in
      try await connection.clientStreaming(method, options: options) { writer in
        // What it takes from its source for a first run is not there for a second one.
        call.commit()
        try await send(writer)
      }
    }
  }

  public func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    let call = ChannelCall(parts, method, options, isRepeatable: true)
    return try await stream(call) { connection, options in
      try await connection.bidirectional(method, options: options) { writer in
        call.commit()
        try await send(writer)
      }
    }
  }

  private func stream<Output: RPCMessage>(
    _ call: ChannelCall,
    _ open: @escaping ChannelStream<Output>.Open
  ) async throws -> MessageStream<Output> {
    let stream = ChannelStream(call, clock: parts.clock, open)
    try await stream.open()
    return MessageStream(stream)
  }
}
