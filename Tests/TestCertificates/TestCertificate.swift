public import Foundation

/// What a certificate of a test is to say.
public struct TestCertificateRequest: Sendable {
  public var commonName: String
  public var dnsNames: [String]
  public var uris: [String]
  public var ipAddresses: [[UInt8]]
  public var isExpired = false
  public var isSelfSigned = false

  public init(
    _ commonName: String,
    dnsNames: [String] = [],
    uris: [String] = [],
    ipAddresses: [[UInt8]] = []
  ) {
    self.commonName = commonName
    self.dnsNames = dnsNames
    self.uris = uris
    self.ipAddresses = ipAddresses
  }

  /// For a server on this machine, by name and by address.
  public static let localhost = TestCertificateRequest(
    "a test server",
    dnsNames: ["localhost"],
    ipAddresses: [[127, 0, 0, 1]]
  )
}

/// A certificate with its private key.
public struct TestCertificate: Sendable {
  public let certificatePEM: String
  public let keyPEM: String
}

/// PEM files in a folder of one test, gone with it.
public final class TestCertificateFolder: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "wl-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file in one step, as tools that renew certificates do.
  @discardableResult
  public func write(_ text: String, _ name: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name), options: .atomic)
    return path(name)
  }

  /// Writes `NAME.pem` and `NAME.key`.
  @discardableResult
  public func write(
    _ certificate: TestCertificate,
    _ name: String
  ) throws -> (certificate: String, key: String) {
    (
      try write(certificate.certificatePEM, "\(name).pem"),
      try write(certificate.keyPEM, "\(name).key")
    )
  }
}
