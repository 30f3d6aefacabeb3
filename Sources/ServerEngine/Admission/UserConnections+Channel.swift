package import NIOCore
package import RPC

extension UserConnections {
  /// Counts a connection among those of its user until it closes; nil where it does not count.
  ///
  /// - Parameters:
  ///   - includingLoopback: whether connections from this machine count.
  ///   - onLimit: told of each connection that would be one too many.
  package func claims(
    of channel: any Channel,
    includingLoopback: Bool,
    onLimit: @escaping @Sendable () -> Void
  ) -> (@Sendable (String) -> Bool)? {
    let isCounted =
      AddressKey(channel.remoteAddress).map { !$0.isLoopback || includingLoopback } ?? false
    guard isCounted else { return nil }
    // The future instead of the channel, which keeps what keeps this.
    return { [self, closed = channel.closeFuture] user in
      guard claim(user) else {
        onLimit()
        return false
      }
      closed.whenComplete { _ in self.release(user) }
      return true
    }
  }
}

extension ConnectionContext {
  /// Where the peer of a channel is: an address and port, or `unix`.
  package static func name(of channel: any Channel) -> String {
    guard let address = channel.remoteAddress, let host = address.ipAddress,
      let port = address.port
    else { return "unix" }
    return "\(host):\(port)"
  }
}
