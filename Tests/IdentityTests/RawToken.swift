import Crypto
import Foundation

/// A token written by hand, so that it may say anything.
struct RawToken {
  var header: String
  var claims = RawToken.goodClaims()

  /// Claims of amara, a patient, for the audience `wardline`; a replacement of nil leaves one out.
  static func goodClaims(_ replacements: [String: String?] = [:]) -> String {
    var claims: [String: String] = [
      "sub": "\"amara\"", "role": "\"patient\"", "aud": "\"wardline\"", "exp": "2000",
      "iat": "900",
    ]
    for (name, value) in replacements { claims[name] = value }
    return "{" + claims.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  func signed(by sign: (Data) throws -> Data) rethrows -> String {
    let input = Self.base64URL(Data(header.utf8)) + "." + Self.base64URL(Data(claims.utf8))
    return input + "." + Self.base64URL(try sign(Data(input.utf8)))
  }

  static func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}

/// Someone who may issue tokens: an Ed25519 and a P-256 key.
struct Issuer {
  let edwards = Curve25519.Signing.PrivateKey()
  let p256 = P256.Signing.PrivateKey()

  /// The public halves, as the kids `ed` and `ec`, beside a key of a kind that is not used.
  var keySet: String {
    #"{"keys":[\#(edwardsKey),\#(p256Key),{"kty":"oct","kid":"other","k":"AAAA"}]}"#
  }

  var edwardsKey: String {
    let x = RawToken.base64URL(edwards.publicKey.rawRepresentation)
    return #"{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"\#(x)"}"#
  }

  var p256Key: String {
    let point = p256.publicKey.rawRepresentation
    let (x, y) = (RawToken.base64URL(point.prefix(32)), RawToken.base64URL(point.suffix(32)))
    return #"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"ec","x":"\#(x)","y":"\#(y)"}"#
  }

  func edwardsToken(
    claims: String = RawToken.goodClaims(),
    header: String = #"{"alg":"EdDSA","kid":"ed"}"#
  ) throws -> String {
    try RawToken(header: header, claims: claims).signed { try edwards.signature(for: $0) }
  }

  func p256Token(header: String = #"{"alg":"ES256","kid":"ec","typ":"JWT"}"#) throws -> String {
    try RawToken(header: header).signed { try p256.signature(for: $0).rawRepresentation }
  }
}
