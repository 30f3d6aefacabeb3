public import NIOCore

/// What a handler knows of the call beside its message.
///
/// One reference, copied when it is written to: a struct of five fields counted four references each
/// time it was handed on, which was a third of all counting in a call.
public struct ServerContext: Sendable {
  private var storage: Storage

  /// `@unchecked Sendable` is sound because storage is only written to while one context holds it,
  /// by whoever has that context.
  private final class Storage: @unchecked Sendable {
    var method: MethodDescriptor
    var metadata: Metadata
    var deadline: NIODeadline?
    let connection: ConnectionContext
    var identity: (any CallerIdentity)?

    init(
      _ method: MethodDescriptor,
      _ metadata: Metadata,
      _ deadline: NIODeadline?,
      _ connection: ConnectionContext,
      _ identity: (any CallerIdentity)?
    ) {
      self.method = method
      self.metadata = metadata
      self.deadline = deadline
      self.connection = connection
      self.identity = identity
    }
  }

  public init(
    method: MethodDescriptor,
    metadata: Metadata = Metadata(),
    deadline: NIODeadline? = nil,
    connection: ConnectionContext,
    identity: (any CallerIdentity)? = nil
  ) {
    storage = Storage(method, metadata, deadline, connection, identity)
  }

  public var method: MethodDescriptor { storage.method }
  public var metadata: Metadata { storage.metadata }
  /// When the caller stops waiting.
  public var deadline: NIODeadline? { storage.deadline }
  public var connection: ConnectionContext { storage.connection }
  public var eventLoop: any EventLoop { storage.connection.eventLoop }

  /// Set by the interceptor that authenticates.
  public var identity: (any CallerIdentity)? {
    get { storage.identity }
    set {
      if isKnownUniquelyReferenced(&storage) {
        storage.identity = newValue
      } else {
        storage = Storage(method, metadata, deadline, connection, newValue)
      }
    }
  }

  /// Makes this the context of another call on the same connection, in the same memory unless
  /// somebody has kept the context of the last one.
  package mutating func renew(
    method: MethodDescriptor,
    metadata: Metadata,
    deadline: NIODeadline?
  ) {
    guard isKnownUniquelyReferenced(&storage) else {
      storage = Storage(method, metadata, deadline, connection, nil)
      return
    }
    forget()
    if storage.method !== method { storage.method = method }
    if !metadata.isEmpty { storage.metadata = metadata }
    storage.deadline = deadline
  }

  /// Lets go of what the caller said of itself, unless somebody has kept the context.
  package mutating func forget() {
    guard isKnownUniquelyReferenced(&storage) else { return }
    if !storage.metadata.isEmpty { storage.metadata = Metadata() }
    if storage.identity != nil { storage.identity = nil }
  }
}
