import NIOCore
import NIOSSL

/// What every TLS connection has in common, of servers and of clients: TLS 1.2 and 1.3, keys agreed
/// on anew for each connection, authenticated encryption, no renegotiation.
enum TLSProfile {
  static func apply(to configuration: inout TLSConfiguration) {
    configuration.minimumTLSVersion = .tlsv12
    configuration.maximumTLSVersion = .tlsv13
    configuration.cipherSuiteValues = tls12CipherSuites
    configuration.renegotiationSupport = .none
    // How long a peer may take to say farewell before it is left.
    configuration.shutdownTimeout = .seconds(2)
  }

  /// Those of TLS 1.3 cannot be chosen and are all good.
  private static let tls12CipherSuites: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// How a connection treats its buffers: one peak must not hold memory for as long as it lives.
  static var handlerConfiguration: NIOSSLHandler.Configuration {
    var configuration = NIOSSLHandler.Configuration()
    configuration.maximumPreservedOutboundBufferCapacity = 64 << 10
    return configuration
  }
}
