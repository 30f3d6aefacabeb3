import NIOCore
import NIOSSL

/// Whom a client trusts and how it proves who it is. The server's certificate is verified against
/// its host name in any case.
///
/// Making one reads files, a few hundred certificates without `trustRootsFile`: keep it for all
/// connections.
public final class ClientTLS: Sendable {
  public struct Configuration: Sendable, Hashable {
    /// PEM: who may issue the server's certificate; nil for those that the system trusts.
    public var trustRootsFile: String?
    /// The DNS name that the server's certificate must be for; nil for the host of the address.
    public var serverName: String?
    /// PEM: the client's certificate, then those between it and its root; nil to show none.
    public var certificateFile: String?
    /// PEM: the private key of the client's certificate.
    public var keyFile: String?

    public init(
      trustRootsFile: String? = nil,
      serverName: String? = nil,
      certificateFile: String? = nil,
      keyFile: String? = nil
    ) {
      self.trustRootsFile = trustRootsFile
      self.serverName = serverName
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  let context: NIOSSLContext
  private let serverName: String?

  /// - Throws: `TLSError` when a file cannot be used, or there is a certificate without a key or a
  ///   key without a certificate.
  public init(_ files: Configuration = Configuration()) throws(TLSError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    TLSProfile.apply(to: &configuration)
    configuration.certificateVerification = .fullVerification
    if let file = files.trustRootsFile {
      configuration.trustRoots = .certificates(try PEMFile(path: file).certificates())
    }
    switch (files.certificateFile, files.keyFile) {
    case (let certificate?, let key?):
      configuration.certificateChain = try PEMFile(path: certificate).certificates()
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try PEMFile(path: key).privateKey())
    case (nil, nil): break
    case (_?, nil): throw TLSError("a client certificate needs its private key")
    case (nil, _?): throw TLSError("a private key needs its client certificate")
    }
    if let name = files.serverName, !Self.isName(name) {
      throw TLSError("\(name) is not the DNS name of a server")
    }
    serverName = files.serverName
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw TLSError("the client's private key is not that of its certificate")
    }
  }

  /// The name that the certificate of a host must be for; nil for its address, which the handler
  /// takes from the connection.
  func expectedName(of host: String) -> String? {
    serverName ?? (Self.isName(host) ? host : nil)
  }

  private static func isName(_ host: String) -> Bool {
    (1...255).contains(host.utf8.count) && !host.utf8.contains(0)
      && (try? SocketAddress(ipAddress: host, port: 0)) == nil
  }
}
