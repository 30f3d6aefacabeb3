import Foundation
import JWTKit

/// Takes a token apart and checks its signature.
enum TokenParser {
  private static let parser = DefaultJWTParser(jsonDecoder: StrictJSONDecoder())

  /// The claims of `token`, if one of `keys` signed it, what was signed, and the name of the key.
  static func claims(
    of token: String,
    signedBy keys: VerificationKeys
  ) throws(IdentityError) -> (TokenClaims, signed: ArraySlice<UInt8>, keyName: String?) {
    let bytes = Array(token.utf8)
    guard let signatureDot = bytes.lastIndex(of: UInt8(ascii: ".")),
      let (header, claims, signature) = try? parser.parse(bytes, as: TokenClaims.self),
      // What must be understood to read the token (RFC 7515, 4.1.11): we understand nothing extra.
      header.fields["crit"] == nil
    else { throw .malformed }
    let key = try keys.key(named: header.kid, algorithm: header.alg)
    let isSigned = (try? key.verify(signature, signs: bytes[..<signatureDot])) ?? false
    guard isSigned else { throw .badSignature }
    return (claims, bytes[..<signatureDot], header.kid)
  }
}
