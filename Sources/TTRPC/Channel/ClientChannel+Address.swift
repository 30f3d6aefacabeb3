public import NIOCore
public import RPC

extension ClientChannel {
  /// A channel to the server at an address.
  ///
  /// - Parameters:
  ///   - group: the loops that connections live on; the caller shuts it down after `close()`.
  ///   - connection: how each connection behaves.
  ///   - tls: whom to trust behind a `tls` address; nil for whom the system trusts.
  ///   - interceptors: asked in this order before every call.
  public convenience init(
    to address: ServiceAddress,
    on group: any EventLoopGroup,
    configuration: ClientChannelConfiguration = ClientChannelConfiguration(),
    connection: ClientConfiguration = ClientConfiguration(),
    tls: ClientTLS? = nil,
    interceptors: [any ClientInterceptor] = []
  ) {
    let timeout = configuration.connectTimeout
    self.init(configuration: configuration, interceptors: interceptors) {
      try await ClientConnection.connect(
        to: address,
        on: group,
        timeout: timeout,
        configuration: connection,
        tls: tls
      )
    }
  }
}
