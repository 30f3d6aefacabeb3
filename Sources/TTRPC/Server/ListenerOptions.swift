public import RPC

/// How a server treats the connections of one address that it listens on.
public struct ListenerOptions: Sendable {
  /// Needed for a `tls` address, and for no other.
  public var tls: ServerTLS?
  /// The mode of a Unix socket's file. Whoever may write to it can connect.
  public var socketMode: UInt16 = 0o600
  /// Who is calling, from the certificate or the peer credentials of a new connection; nil for
  /// nobody. It holds for calls without an identity of their own. Called on the event loop of the
  /// connection: it must not wait.
  public var identify: (@Sendable (ConnectionContext) -> (any CallerIdentity)?)?

  public init(
    tls: ServerTLS? = nil,
    socketMode: UInt16 = 0o600,
    identify: (@Sendable (ConnectionContext) -> (any CallerIdentity)?)? = nil
  ) {
    self.tls = tls
    self.socketMode = socketMode
    self.identify = identify
  }
}
