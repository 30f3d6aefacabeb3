package import NIOSSL

extension ServerTLS {
  /// What encrypts one connection that begins now, for listeners that speak something else.
  package func makeHandler() -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: context, configuration: TLSProfile.handlerConfiguration)
  }
}
