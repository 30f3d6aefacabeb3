import Crypto
import Foundation
import SwiftASN1
import X509

/// An issuer of certificates that nobody but a test trusts.
public final class TestAuthority: Sendable {
  private let name: DistinguishedName
  private let key: Certificate.PrivateKey
  private let certificate: Certificate

  /// - Throws: what the certificate library says.
  public init(_ commonName: String = "Test Authority") throws {
    name = try DistinguishedName { CommonName(commonName) }
    key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    certificate = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: key.publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -3600),
      notValidAfter: Date(timeIntervalSinceNow: 86_400),
      issuer: name,
      subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      },
      issuerPrivateKey: key
    )
  }

  /// The authority's own certificate.
  public func pem() throws -> String { try certificate.serializeAsPEM().pemString }

  /// Makes a key and a certificate for it.
  public func issue(_ request: TestCertificateRequest) throws -> TestCertificate {
    let key = P256.Signing.PrivateKey()
    let subject = try DistinguishedName { CommonName(request.commonName) }
    let issued = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PrivateKey(key).publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -7200),
      notValidAfter: request.isExpired
        ? Date(timeIntervalSinceNow: -3600) : Date(timeIntervalSinceNow: 43_200),
      issuer: request.isSelfSigned ? subject : name,
      subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Self.extensions(request),
      issuerPrivateKey: request.isSelfSigned ? Certificate.PrivateKey(key) : self.key
    )
    return TestCertificate(
      certificatePEM: try issued.serializeAsPEM().pemString,
      keyPEM: key.pemRepresentation
    )
  }

  private static func extensions(
    _ request: TestCertificateRequest
  ) throws -> Certificate.Extensions {
    let names =
      request.dnsNames.map { GeneralName.dnsName($0) }
      + request.uris.map { GeneralName.uniformResourceIdentifier($0) }
      + request.ipAddresses.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
    return try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      KeyUsage(digitalSignature: true)
      if !names.isEmpty { SubjectAlternativeNames(names) }
    }
  }
}
