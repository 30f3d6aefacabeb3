public import NIOSSL
public import RPC

/// How a gRPC server treats the connections of one address that it listens on.
public struct GRPCListenerOptions: Sendable {
  /// The certificate and the rules of TLS for a connection that begins now, with `h2` among its
  /// protocols; nil for plain text.
  public var tls: (@Sendable () throws -> NIOSSLContext)?
  /// Who is calling, from the certificate of a new connection; nil for nobody. It holds for calls
  /// without an identity of their own. Called on the event loop of the connection: it must not wait.
  public var identify: (@Sendable (ConnectionContext) -> (any CallerIdentity)?)?

  public init(
    tls: (@Sendable () throws -> NIOSSLContext)? = nil,
    identify: (@Sendable (ConnectionContext) -> (any CallerIdentity)?)? = nil
  ) {
    self.tls = tls
    self.identify = identify
  }
}
