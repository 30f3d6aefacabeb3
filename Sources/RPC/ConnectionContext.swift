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
  /// Whether all calls are of one caller. Where proxies may send the calls of many over one connection,
  /// nobody can sign in for all of them.
  public let isOfOneCaller: Bool
  private let boundIdentity = Mutex<(any CallerIdentity)?>(nil)
  private let claim: (@Sendable (String) -> Bool)?
  private let isClaimed = Atomic(false)

  /// - Parameters:
  ///   - isOfOneCaller: whether a caller may sign in for all calls of the connection.
  ///   - claim: counts the connection among those of a user, unless that user has as many as there may
  ///     be; called until it has once said yes. Without it connections are not counted.
  public init(
    eventLoop: any EventLoop,
    remoteAddress: String,
    certificate: PeerCertificate? = nil,
    peerCredentials: PeerCredentials? = nil,
    isOfOneCaller: Bool = true,
    claim: (@Sendable (String) -> Bool)? = nil
  ) {
    self.eventLoop = eventLoop
    self.remoteAddress = remoteAddress
    self.certificate = certificate
    self.peerCredentials = peerCredentials
    self.isOfOneCaller = isOfOneCaller
    self.claim = claim
  }

  /// The identity that holds for calls without one of their own.
  public var identity: (any CallerIdentity)? {
    boundIdentity.withLock { $0 }
  }

  /// Counts the connection among those of its user: the first one who has proven to be somebody on
  /// it. For whoever authenticates, before the call is let in.
  ///
  /// - Throws: RESOURCE_EXHAUSTED when that user has as many connections as one may have.
  public func claim(for user: String) throws(RPCError) {
    guard let claim, !isClaimed.load(ordering: .relaxed) else { return }
    guard claim(user) else {
      throw RPCError(.resourceExhausted, "this user has too many connections; close some")
    }
    isClaimed.store(true, ordering: .relaxed)
  }

  /// Binds an identity to the connection, or takes it away.
  public func bind(_ identity: (any CallerIdentity)?) {
    boundIdentity.withLock { $0 = identity }
  }
}
