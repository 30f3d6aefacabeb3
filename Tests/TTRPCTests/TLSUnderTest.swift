import Logging
import NIOCore
import RPC
import TTRPC
import TestCertificates

/// A server on this machine that speaks TLS, and the files of both sides.
struct TLSUnderTest {
  let files: TestCertificateFolder
  let authority: TestAuthority
  let tls: ServerTLS
  let roots: String

  static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static let methods: [ServerMethod] = [
    .unary("Echo", .inline { request, _ in request }),
    .unary(
      "Who",
      .inline { _, context in "\(context.connection.identity?.subject ?? "nobody")" }
    ),
  ]

  init(
    _ request: TestCertificateRequest = .localhost,
    clientCertificates: ServerTLS.ClientCertificates = .none,
    logger: Logger = quiet
  ) throws {
    files = try TestCertificateFolder()
    authority = try TestAuthority()
    roots = try files.write(authority.pem(), "roots.pem")
    let server = try files.write(authority.issue(request), "server")
    tls = try ServerTLS(
      ServerTLS.Configuration(
        certificateFile: server.certificate,
        keyFile: server.key,
        clientCAFile: clientCertificates == .none ? nil : roots,
        clientCertificates: clientCertificates
      ),
      logger: logger
    )
  }

  /// Puts another certificate where the server's lies.
  func replace(_ certificate: TestCertificate) throws {
    try files.write(certificate, "server")
  }

  /// A client that trusts the test's authority, with a certificate of that authority if there is a
  /// request for one.
  func client(
    showing request: TestCertificateRequest? = nil,
    from issuer: TestAuthority? = nil,
    as serverName: String? = nil
  ) throws -> ClientTLS {
    let own = try request.map { try files.write((issuer ?? authority).issue($0), "client") }
    return try ClientTLS(
      ClientTLS.Configuration(
        trustRootsFile: roots,
        serverName: serverName,
        certificateFile: own?.certificate,
        keyFile: own?.key
      )
    )
  }

  func serve<Result>(
    configuration: ServerConfiguration = .patient,
    identify: (@Sendable (ConnectionContext) -> (any CallerIdentity)?)? = nil,
    _ body: (ServerUnderTest) async throws -> Result
  ) async throws -> Result {
    try await ServerUnderTest.with(
      Self.methods,
      configuration: configuration,
      at: .tls(host: "127.0.0.1", port: 0),
      options: ListenerOptions(tls: tls, identify: identify),
      body
    )
  }
}

extension Bytes: ExpressibleByStringInterpolation {}

extension ServiceAddress {
  var port: Int? {
    switch self {
    case .tcp(_, let port), .tls(_, let port): port
    case .unix: nil
    }
  }
}
