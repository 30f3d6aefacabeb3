import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A TCP connection to this machine that sends some bytes and ends with a reset.
enum ResetSocket {
  struct Failed: Error {
    let code: Int32
  }

  /// - Throws: `Failed`.
  static func send(_ bytes: some Collection<UInt8>, toPort port: UInt16) throws {
    #if canImport(Darwin)
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw Failed(code: errno) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Failed(code: errno) }
    let array = Array(bytes)
    guard write(descriptor, array, array.count) == array.count else { throw Failed(code: errno) }
    // Closing sends a reset, and drops what was not sent.
    var abruptly = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_LINGER,
      &abruptly,
      socklen_t(MemoryLayout<linger>.size)
    )
  }
}
