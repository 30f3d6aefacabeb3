public import Crypto
public import CryptoExtras
public import Foundation

/// A key of an issuer, which signs ID tokens by hand, so that they may say anything.
public enum IssuerKey: Sendable {
  case p256(P256.Signing.PrivateKey)
  case rsa(_RSA.Signing.PrivateKey)

  public static func newP256() -> IssuerKey { .p256(P256.Signing.PrivateKey()) }
  public static func newRSA() throws -> IssuerKey { .rsa(try .init(keySize: .bits2048)) }

  public var algorithm: String {
    switch self {
    case .p256: "ES256"
    case .rsa: "RS256"
    }
  }

  /// The public half as RFC 7517 writes it.
  public func document(named name: String) throws -> String {
    switch self {
    case .p256(let key):
      let point = key.publicKey.rawRepresentation
      let (x, y) = (Self.text(point.prefix(32)), Self.text(point.suffix(32)))
      return #"{"kty":"EC","crv":"P-256","use":"sig","kid":"\#(name)","x":"\#(x)","y":"\#(y)"}"#
    case .rsa(let key):
      let parts = try key.publicKey.getKeyPrimitives()
      let (n, e) = (Self.text(parts.modulus), Self.text(parts.publicExponent))
      return #"{"kty":"RSA","use":"sig","kid":"\#(name)","n":"\#(n)","e":"\#(e)"}"#
    }
  }

  public func signature(of bytes: Data) throws -> Data {
    switch self {
    case .p256(let key): try key.signature(for: bytes).rawRepresentation
    case .rsa(let key):
      try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
        .rawRepresentation
    }
  }

  /// What somebody could take for a secret: the public key as everybody has it.
  public var publicBytes: Data {
    switch self {
    case .p256(let key): Data(key.publicKey.pemRepresentation.utf8)
    case .rsa(let key): Data(key.publicKey.pemRepresentation.utf8)
    }
  }

  /// base64url.
  public static func text(_ bytes: Data) -> String {
    bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
