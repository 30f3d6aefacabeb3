import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How long a listener pauses when the system has no room for one more connection.
enum AcceptBackoff {
  /// Without a pause the loop would be busy with trying: the connection stays in the queue.
  static func makeHandler() -> AcceptBackoffHandler {
    AcceptBackoffHandler(shouldForwardIOErrorCaught: true) { error in
      switch error.errnoCode {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: pause
      default: nil
      }
    }
  }

  static let pause: TimeAmount = .milliseconds(200)
}
