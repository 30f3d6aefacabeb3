import Synchronization

/// The methods of a server, to be called from within its process: what another face of the server,
/// such as HTTP, is built on.
///
/// A call goes the way of every other: it is asked about by the same interceptors in the same order,
/// has a deadline, can be cancelled, and is held back when its reader does not read. Only the frames
/// are missing.
public final class InProcessCalls: Sendable {
  let interceptors: [any ServerInterceptor]
  let settings: InProcessSettings
  /// Bytes that wait for the readers of streams, over all calls; for tests and measurements.
  package var waitingBytes: Int { waiting.load(ordering: .relaxed) }
  let waiting = Atomic(0)
  private let methods: IdentityTable<ServerMethod>
  private let state = Mutex(State())

  private struct State {
    var isDraining = false
    /// Streams of answers that are open: they are told when the server stops.
    var streams: [ObjectIdentifier: InProcessCall] = [:]
  }

  /// - Parameter interceptors: those of the server, in its order.
  public init(
    methods: [ServerMethod],
    interceptors: [any ServerInterceptor],
    settings: InProcessSettings = InProcessSettings()
  ) {
    self.methods = IdentityTable(methods.map { (key: $0.descriptor, value: $0) })
    self.interceptors = interceptors
    self.settings = settings
  }

  /// What generated clients call through.
  ///
  /// - Parameters:
  ///   - connection: where the calls come from. Its loop runs their handlers.
  ///   - metadata: goes before that of each call.
  public func transport(
    from connection: ConnectionContext,
    metadata: Metadata = Metadata()
  ) -> InProcessTransport {
    InProcessTransport(self, connection, metadata)
  }

  /// Tells streams that would go on for ever to end, those too that are opened from now on.
  public func drain() {
    let streams = state.withLock { state in
      state.isDraining = true
      return state.streams.values
    }
    for stream in streams { stream.drain() }
  }

  var isDraining: Bool { state.withLock { $0.isDraining } }

  func opened(_ call: InProcessCall) {
    state.withLock { $0.streams[ObjectIdentifier(call)] = call }
  }

  func closed(_ call: InProcessCall) {
    state.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(call)) }
  }

  /// - Throws: UNIMPLEMENTED for a method that the server does not have.
  func method(_ descriptor: MethodDescriptor) throws(RPCError) -> ServerMethod {
    guard let method = methods[ObjectIdentifier(descriptor)] else {
      throw .unimplemented("this server does not have \(descriptor.fullName)")
    }
    return method
  }
}

/// What may wait between the two ends of a call within a process, and what becomes of errors.
public struct InProcessSettings: Sendable {
  /// Bytes that wait for the reader of a stream before its writer is told to wait.
  public var windowBytes = 64 << 10
  /// Bytes that a writer may send after it was told to wait; then its stream is ended.
  public var excessBytesMax = 4 << 20
  /// What the caller is told of an error that a handler or a codec threw.
  public var translate: @Sendable (any Error) -> RPCError

  /// - Parameter translate: by default everything but an `RPCError` is INTERNAL or CANCELLED.
  public init(
    translate: @escaping @Sendable (any Error) -> RPCError = InProcessSettings.withoutDetail
  ) {
    self.translate = translate
  }

  /// Says nothing of an error that is not meant for callers.
  public static func withoutDetail(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: error
    case is CancellationError: RPCError(.cancelled, "the call was cancelled")
    default: RPCError(.internal, "the server failed")
    }
  }
}
