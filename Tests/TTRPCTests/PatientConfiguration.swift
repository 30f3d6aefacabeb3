import NIOCore
import TTRPC

// The defaults, but for the limits on time: a busy machine, or a sanitizer, keeps tests waiting for
// longer than a peer may wait. Tests of those limits set them themselves.

extension ServerConfiguration {
  static var patient: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.frameTimeout = .hours(1)
    configuration.firstCallTimeout = .hours(1)
    configuration.handshakeTimeout = .hours(1)
    configuration.unreadTimeout = .hours(1)
    configuration.idleTimeout = .hours(1)
    configuration.stallTimeout = .hours(1)
    configuration.keepaliveInterval = .hours(1)
    return configuration
  }
}

extension ClientConfiguration {
  static var patient: ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.stallTimeout = .hours(1)
    configuration.keepaliveInterval = .hours(1)
    return configuration
  }
}
