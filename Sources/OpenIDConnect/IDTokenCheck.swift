import ChatModel
import Crypto
import Foundation

/// Whether the claims of an ID token, whose signature is good, answer a certain attempt (OpenID Connect
/// Core, 3.1.3.7).
struct IDTokenCheck: Sendable {
  let issuer: String
  let clientID: String
  let nonce: String
  let now: Timestamp

  /// - Parameters:
  ///   - algorithm: with which the token was signed.
  ///   - accessToken: what came with the token; nil when nothing did.
  /// - Throws: `.refused` with what is wrong.
  func check(
    _ claims: ClaimSet,
    algorithm: String,
    accessToken: String?
  ) throws(OpenIDFailure) {
    try demand(claims.text("iss") == issuer, "the ID token is of another issuer")
    let audience = claims.texts("aud")
    try demand(audience.contains(clientID), "the ID token is for another client")
    let party = claims.text("azp")
    try demand(party == nil || party == clientID, "the ID token was made for another client")
    try demand(audience.count == 1 || party != nil, "the ID token is for several clients")
    try checkTimes(claims)
    try demand(claims.text("nonce") == nonce, "the ID token belongs to another sign-in")
    if let hash = claims.text("at_hash"), let accessToken {
      try demand(hash == Self.hash(of: accessToken, algorithm), "the tokens do not belong together")
    }
  }

  private func checkTimes(_ claims: ClaimSet) throws(OpenIDFailure) {
    let now = Double(now.milliseconds) / 1000
    guard let expiry = claims.number("exp"), let issued = claims.number("iat") else {
      throw .refused("the ID token does not say when it was issued and until when it is valid")
    }
    try demand(now < expiry + Self.leewaySeconds, "the ID token has expired")
    try demand(now >= issued - Self.leewaySeconds, "the ID token is of the future")
    let start = claims.number("nbf") ?? issued
    try demand(now >= start - Self.leewaySeconds, "the ID token is not valid yet")
  }

  private func demand(_ condition: Bool, _ otherwise: String) throws(OpenIDFailure) {
    if !condition { throw .refused(otherwise) }
  }

  /// The first half of the hash that belongs to the algorithm.
  private static func hash(of accessToken: String, _ algorithm: String) -> String {
    let bytes = Array(accessToken.utf8)
    let digest: [UInt8] =
      switch algorithm {
      case "ES384": Array(SHA384.hash(data: bytes))
      case "EdDSA": Array(SHA512.hash(data: bytes))
      default: Array(SHA256.hash(data: bytes))
      }
    return Base64URL.encode(digest.prefix(digest.count / 2))
  }

  /// By how much the clocks of issuer and server may differ.
  static let leewaySeconds: Double = 30
}
