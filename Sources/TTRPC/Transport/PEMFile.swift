import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file with certificates or a private key in PEM.
struct PEMFile: Sendable, Hashable {
  let path: String

  /// What tells one content of the file from another without reading it.
  struct Version: Sendable, Hashable {
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int
    let size: Int
    let fileNumber: UInt64
  }

  /// The version that lies there now; nil when the file cannot be looked at.
  var version: Version? {
    guard let status else { return nil }
    #if canImport(Darwin)
    let modified = status.st_mtimespec
    #else
    let modified = status.st_mtim
    #endif
    return Version(
      modifiedSeconds: Int(modified.tv_sec),
      modifiedNanoseconds: Int(modified.tv_nsec),
      size: Int(status.st_size),
      fileNumber: UInt64(status.st_ino)
    )
  }

  /// Whether everybody on this machine can read it.
  var isReadableByAll: Bool { (status?.st_mode ?? 0) & S_IROTH != 0 }

  /// The certificates in the file, one at least.
  func certificates() throws(TLSError) -> [NIOSSLCertificate] {
    try demandReadable()
    guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
      throw TLSError("\(path) holds no certificate in PEM")
    }
    return found
  }

  func privateKey() throws(TLSError) -> NIOSSLPrivateKey {
    try demandReadable()
    // Without a passphrase that is asked for on a terminal: nobody sits there.
    guard
      let key = try? NIOSSLPrivateKey(
        file: path,
        format: .pem,
        passphraseCallback: { $0([UInt8]()) }
      )
    else {
      throw TLSError("\(path) holds no private key in PEM, or one with a passphrase")
    }
    return key
  }

  private func demandReadable() throws(TLSError) {
    guard let status, access(path, R_OK) == 0 else { throw TLSError("\(path) cannot be read") }
    guard status.st_size <= Self.bytesMax else { throw TLSError("\(path) is too large for PEM") }
  }

  private var status: stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private static let bytesMax = 4 << 20
}
