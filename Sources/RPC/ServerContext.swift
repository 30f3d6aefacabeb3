public import NIOCore
import Synchronization

/// What a handler knows of the call beside its message.
///
/// One reference, copied when it is written to: a struct of five fields counted four references each
/// time it was handed on, which was a third of all counting in a call.
public struct ServerContext: Sendable {
  fileprivate var storage: Storage

  /// `@unchecked Sendable` is sound because everything but the byte counts, which are atomic, is only
  /// written to while one context holds the storage, by whoever has that context.
  fileprivate final class Storage: @unchecked Sendable {
    var method: MethodDescriptor
    var metadata: Metadata
    var deadline: NIODeadline?
    let connection: ConnectionContext
    var identity: (any CallerIdentity)?
    var startedAt: NIODeadline
    private let receivedBytes = Atomic<Int>(0)
    private let sentBytes = Atomic<Int>(0)

    init(
      _ method: MethodDescriptor,
      _ metadata: Metadata,
      _ deadline: NIODeadline?,
      _ connection: ConnectionContext,
      _ identity: (any CallerIdentity)?,
      _ startedAt: NIODeadline
    ) {
      self.method = method
      self.metadata = metadata
      self.deadline = deadline
      self.connection = connection
      self.identity = identity
      self.startedAt = startedAt
    }

    var traffic: CallTraffic {
      get {
        CallTraffic(
          receivedBytes: receivedBytes.load(ordering: .relaxed),
          sentBytes: sentBytes.load(ordering: .relaxed)
        )
      }
      set {
        receivedBytes.store(newValue.receivedBytes, ordering: .relaxed)
        sentBytes.store(newValue.sentBytes, ordering: .relaxed)
      }
    }

    func forget() {
      if !metadata.isEmpty { metadata = Metadata() }
      if identity != nil { identity = nil }
    }

    func copy() -> Storage {
      let copy = Storage(method, metadata, deadline, connection, identity, startedAt)
      copy.traffic = traffic
      return copy
    }
  }

  public init(
    method: MethodDescriptor,
    metadata: Metadata = Metadata(),
    deadline: NIODeadline? = nil,
    connection: ConnectionContext,
    identity: (any CallerIdentity)? = nil,
    startedAt: NIODeadline = .now()
  ) {
    storage = Storage(method, metadata, deadline, connection, identity, startedAt)
  }

  /// The storage, of which nobody else knows.
  private var ownStorage: Storage {
    mutating get {
      if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
      return storage
    }
  }

  public var method: MethodDescriptor { storage.method }
  public var metadata: Metadata { storage.metadata }
  public var connection: ConnectionContext { storage.connection }
  public var eventLoop: any EventLoop { storage.connection.eventLoop }
  /// When the read began that brought the call. One reading of the clock serves all calls of a
  /// read.
  public var startedAt: NIODeadline { storage.startedAt }

  /// When the caller stops waiting. An interceptor may set an earlier one.
  public var deadline: NIODeadline? {
    get { storage.deadline }
    set { ownStorage.deadline = newValue }
  }

  /// Set by the interceptor that authenticates.
  public var identity: (any CallerIdentity)? {
    get { storage.identity }
    set { ownStorage.identity = newValue }
  }

  /// Bytes of messages, without envelopes, that have come in so far and, once the call has ended, that
  /// have gone out: complete when interceptors hear of the end.
  public var traffic: CallTraffic {
    get { storage.traffic }
    set { ownStorage.traffic = newValue }
  }

  /// Makes this the context of another call on the same connection, in the same memory unless
  /// somebody has kept the context of the last one.
  package mutating func renew(
    _ method: ServerMethod,
    metadata: Metadata,
    deadline: NIODeadline?,
    startedAt: NIODeadline,
    receivedBytes: Int
  ) {
    guard isKnownUniquelyReferenced(&storage) else {
      storage = Storage(method.descriptor, metadata, deadline, connection, nil, startedAt)
      storage.traffic = CallTraffic(receivedBytes: receivedBytes)
      return
    }
    storage.forget()
    if storage.method !== method.descriptor { storage.method = method.descriptor }
    if !metadata.isEmpty { storage.metadata = metadata }
    storage.deadline = deadline
    storage.startedAt = startedAt
    storage.traffic = CallTraffic(receivedBytes: receivedBytes)
  }

  /// Adds to what the call has carried, in every copy of its context.
  ///
  /// Only the loop of the connection writes, so nothing is lost between the reading and the writing.
  package func carried(receivedBytes: Int = 0, sentBytes: Int = 0) {
    storage.traffic.receivedBytes &+= receivedBytes
    storage.traffic.sentBytes &+= sentBytes
  }

  /// Lets go of what the caller said of itself, unless somebody has kept the context.
  package mutating func forget() {
    if isKnownUniquelyReferenced(&storage) { storage.forget() }
  }
}

extension CallTally {
  /// Counts the end of a call, if it is like the others.
  package mutating func end(_ context: ServerContext, _ status: StatusCode) -> Bool {
    end(context.storage.method, status, startedAt: context.storage.startedAt)
  }
}
