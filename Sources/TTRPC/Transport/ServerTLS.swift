public import Logging
import NIOCore
package import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The certificate of a server and what it asks of its clients, read from files that may change
/// while the server runs.
///
/// Connections use what was read when they began.
public final class ServerTLS: Sendable {
  /// Whether clients show certificates.
  public enum ClientCertificates: String, Sendable, Hashable, CaseIterable {
    /// They are not asked.
    case none
    /// They are asked; one that is shown must be good.
    case request
    /// Without a good one there is no connection.
    case require
  }

  public struct Configuration: Sendable, Hashable {
    /// PEM: the server's certificate, then those between it and its root.
    public var certificateFile: String
    /// PEM: the private key of the first certificate.
    public var keyFile: String
    /// PEM: who may issue client certificates. Needed unless clients are not asked for any.
    public var clientCAFile: String?
    public var clientCertificates: ClientCertificates

    public init(
      certificateFile: String,
      keyFile: String,
      clientCAFile: String? = nil,
      clientCertificates: ClientCertificates = .none
    ) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.clientCAFile = clientCAFile
      self.clientCertificates = clientCertificates
    }
  }

  private struct State {
    var context: NIOSSLContext
    /// Those of other protocols, for which the same files are good.
    var others: [[String]: NIOSSLContext] = [:]
    /// Of the files that were read last, whether or not they could be used.
    var versions: [PEMFile.Version?]
  }

  public let configuration: Configuration
  let logger: Logger
  private let state: Mutex<State>

  /// Reads the files.
  ///
  /// - Throws: `TLSError` when they cannot be used, do not belong together or have expired.
  public init(_ configuration: Configuration, logger: Logger) throws(TLSError) {
    self.configuration = configuration
    self.logger = logger
    let versions = Self.versions(configuration)
    state = Mutex(State(context: try Self.load(configuration), versions: versions))
    if PEMFile(path: configuration.keyFile).isReadableByAll {
      logger.warning("everybody on this machine can read the private key of TLS")
    }
  }

  /// For connections that begin now.
  var context: NIOSSLContext { state.withLock { $0.context } }

  /// The same for connections that agree on one of these protocols.
  ///
  /// - Throws: `TLSError` when the files that were read last are there no more, or have changed for
  ///   the worse since.
  package func context(speaking protocols: [String]) throws(TLSError) -> NIOSSLContext {
    if let known = state.withLock({ $0.others[protocols] }) { return known }
    let context = try Self.load(configuration, protocols)
    state.withLock { $0.others[protocols] = context }
    return context
  }

  /// Reads the files again, now. On an error everything stays as it was.
  public func reload() throws(TLSError) {
    let versions = Self.versions(configuration)
    state.withLock { $0.versions = versions }
    let context = try Self.load(configuration)
    state.withLock {
      $0.context = context
      $0.others = [:]
    }
  }

  /// Reads the files again if one is another than the one read last.
  ///
  /// - Returns: whether they were read.
  /// - Throws: what `reload` throws, once for each change.
  @discardableResult
  public func reloadIfChanged() throws(TLSError) -> Bool {
    let versions = Self.versions(configuration)
    if state.withLock({ $0.versions == versions }) { return false }
    try reload()
    return true
  }

  private static func versions(_ configuration: Configuration) -> [PEMFile.Version?] {
    [configuration.certificateFile, configuration.keyFile, configuration.clientCAFile]
      .map { $0.flatMap { PEMFile(path: $0).version } }
  }

  private static func load(
    _ files: Configuration,
    _ protocols: [String] = []
  ) throws(TLSError) -> NIOSSLContext {
    let chain = try PEMFile(path: files.certificateFile).certificates()
    let key = try PEMFile(path: files.keyFile).privateKey()
    if let leaf = chain.first, leaf.notValidAfter < time(nil) {
      throw TLSError("the certificate in \(files.certificateFile) has expired")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(key)
    )
    TLSProfile.apply(to: &configuration)
    configuration.applicationProtocols = protocols
    try askClients(files, &configuration)
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw TLSError(
        "the key in \(files.keyFile) is not that of the certificate in \(files.certificateFile)"
      )
    }
  }

  private static func askClients(
    _ files: Configuration,
    _ configuration: inout TLSConfiguration
  ) throws(TLSError) {
    if files.clientCertificates == .none { return }
    // With the system's roots, anyone who can buy a certificate would be let in.
    guard let file = files.clientCAFile else {
      throw TLSError("client certificates need a file that says who may issue them")
    }
    configuration.trustRoots = .certificates(try PEMFile(path: file).certificates())
    configuration.sendCANameList = true
    configuration.certificateVerification =
      files.clientCertificates == .require ? .noHostnameVerification : .optionalVerification
  }
}
