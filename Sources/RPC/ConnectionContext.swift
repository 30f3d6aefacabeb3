public import NIOCore
import Synchronization

/// What the calls of one connection share.
public final class ConnectionContext: Sendable {
  /// The loop on which everything of this connection happens.
  public let eventLoop: any EventLoop
  /// Where the peer is, for logs: an address and port, or `unix`.
  public let remoteAddress: String
  /// The certificate that the client showed over TLS; nil without one.
  public let certificate: PeerCertificate?
  /// The process at the other end of a Unix socket; nil for any other, and where the system does not
  /// tell.
  public let peerCredentials: PeerCredentials?
  private let boundIdentity = Mutex<(any CallerIdentity)?>(nil)

  public init(
    eventLoop: any EventLoop,
    remoteAddress: String,
    certificate: PeerCertificate? = nil,
    peerCredentials: PeerCredentials? = nil
  ) {
    self.eventLoop = eventLoop
    self.remoteAddress = remoteAddress
    self.certificate = certificate
    self.peerCredentials = peerCredentials
  }

  /// The identity that holds for calls without one of their own.
  public var identity: (any CallerIdentity)? {
    boundIdentity.withLock { $0 }
  }

  /// Binds an identity to the connection, or takes it away.
  public func bind(_ identity: (any CallerIdentity)?) {
    boundIdentity.withLock { $0 = identity }
  }
}
