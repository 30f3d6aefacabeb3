/// What a client certificate says of its owner, once its chain has been verified.
public struct PeerCertificate: Sendable, Hashable {
  /// The URIs among its alternative names.
  public var uris: [String]
  /// The DNS names among its alternative names.
  public var dnsNames: [String]
  /// The common name of its subject, if there is exactly one.
  public var commonName: String?
  /// When it expires, in seconds since 1970.
  public var notAfter: Int64

  public init(uris: [String], dnsNames: [String], commonName: String?, notAfter: Int64) {
    self.uris = uris
    self.dnsNames = dnsNames
    self.commonName = commonName
    self.notAfter = notAfter
  }
}
