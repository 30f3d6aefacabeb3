public import NIOCore
import NIOPosix
public import RPC
import TTRPCWire

/// One connection to a ttrpc server. Any number of calls may run on it at the same time.
///
/// When the connection is lost every call that waits ends with UNAVAILABLE, and so does every later
/// one: it does not reconnect.
public final class ClientConnection: ClientTransport {
  private let channel: any Channel
  private let handler: NIOLoopBound<ClientHandler>
  private let metadata: Metadata

  private init(_ channel: any Channel, _ handler: NIOLoopBound<ClientHandler>, _ metadata: Metadata)
  {
    self.channel = channel
    self.handler = handler
    self.metadata = metadata
  }

  /// Connects.
  ///
  /// - Parameters:
  ///   - metadata: sent with every call, before the call's own.
  ///   - timeout: how long to wait for the connection.
  /// - Throws: `RPCError` with UNAVAILABLE when nobody answers there.
  public static func connect(
    to address: ServiceAddress,
    on group: any EventLoopGroup,
    metadata: Metadata = Metadata(),
    timeout: Duration = .seconds(10)
  ) async throws -> ClientConnection {
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(.nanoseconds(timeout.nanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ClientHandler(on: channel.eventLoop))
        }
      }
    let channel: any Channel
    do {
      switch address {
      case .tcp(let host, let port):
        channel = try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
          .connect(host: host, port: port).get()
      case .unix(let path):
        channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
      }
    } catch {
      throw RPCError(.unavailable, "nobody answers at \(address)")
    }
    let handler = try await channel.eventLoop.submit {
      NIOLoopBound(
        try channel.pipeline.syncOperations.handler(type: ClientHandler.self),
        eventLoop: channel.eventLoop
      )
    }.get()
    return ClientConnection(channel, handler, metadata)
  }

  /// Whether calls can still be made.
  public var isActive: Bool { channel.isActive }

  /// Ends the calls that run with CANCELLED and closes the connection.
  public func close() async {
    let handler = handler
    channel.eventLoop.execute { handler.value.close() }
    try? await channel.closeFuture.get()
  }

  /// Returns when the connection is closed, by whichever side.
  public func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }

  // MARK: ClientTransport

  public func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    var payload = ByteBuffer()
    try request.encode(into: &payload)
    let answer = try await call(method, payload, options)
    return try Output(decoding: answer.readableBytesSpan)
  }

  public func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    var payload = ByteBuffer()
    try request.encode(into: &payload)
    return MessageStream(stream(method, payload, options))
  }

  public func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    throw RPCError.unimplemented("this client does not send streams yet")
  }

  public func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    throw RPCError.unimplemented("this client does not send streams yet")
  }

  private func merged(_ options: CallOptions) -> CallOptions {
    var options = options
    options.metadata = Metadata(entries: metadata.entries + options.metadata.entries)
    return options
  }

  /// Makes a unary call of bytes that are encoded already, for callers that know types by name only.
  public func call(
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions
  ) async throws -> ByteBuffer {
    let loop = channel.eventLoop
    let handle = NIOLoopBoundBox.makeBoxSendingValue(CallHandle(), eventLoop: loop)
    let handler = handler
    let options = merged(options)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.execute {
          let call = PendingCall(.one(continuation))
          if handle.value.isCancelled { return call.end(Self.cancelled) }
          handle.value.id = handler.value.open(call, method, payload, options)
        }
      }
    } onCancel: {
      loop.execute {
        handle.value.isCancelled = true
        if let id = handle.value.id { handler.value.abandon(id, Self.cancelled) }
      }
    }
  }

  /// Opens a server stream of messages that are still encoded.
  public func stream(
    _ method: MethodDescriptor,
    _ payload: ByteBuffer,
    _ options: CallOptions
  ) -> PayloadQueue {
    let loop = channel.eventLoop
    let handle = NIOLoopBoundBox.makeBoxSendingValue(CallHandle(), eventLoop: loop)
    let handler = handler
    let options = merged(options)
    let queue = PayloadQueue(
      reportAfter: ClientHandler.streamBytesMax / 4,
      onConsumed: { consumed in
        loop.execute { if let id = handle.value.id { handler.value.readerTook(consumed, id) } }
      },
      onAbandoned: {
        loop.execute {
          handle.value.isCancelled = true
          if let id = handle.value.id { handler.value.abandon(id, Self.cancelled) }
        }
      }
    )
    loop.execute {
      let call = PendingCall(.stream(queue))
      if handle.value.isCancelled { return call.end(Self.cancelled) }
      handle.value.id = handler.value.open(call, method, payload, options)
    }
    return queue
  }

  private static let cancelled = RPCError(.cancelled, "the caller gave up")
}
