import Foundation
import Identity
import JWTKit

/// An ID token that was taken apart and not checked.
struct IDToken: Sendable {
  let algorithm: String
  /// Which key is said to have signed it.
  let keyName: String?
  let claims: ClaimSet
  private let signed: [UInt8]
  private let signature: Data

  private static let parser = DefaultJWTParser(jsonDecoder: StrictJSONDecoder())
  private static let bytesMax = 16 << 10

  /// - Throws: `.refused` for what is no signed token of three parts.
  init(_ text: String) throws(OpenIDFailure) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.bytesMax, let dot = bytes.lastIndex(of: UInt8(ascii: ".")),
      let (header, claims, signature) = try? Self.parser.parse(bytes, as: ClaimSet.self),
      let algorithm = header.alg,
      // What must be understood to read the token (RFC 7515, 4.1.11): we understand nothing extra.
      header.fields["crit"] == nil
    else { throw .refused("the ID token is not well formed") }
    self.algorithm = algorithm
    keyName = header.kid
    self.claims = claims
    self.signature = signature
    signed = Array(bytes[..<dot])
  }

  func isSigned(by key: any JWTAlgorithm) -> Bool {
    (try? key.verify(signature, signs: signed)) ?? false
  }
}
