public import ChatModel

/// Why a bearer token was refused.
///
/// The text tells the caller what to change. It never holds the token or a part of it.
public enum IdentityError: Error, Hashable, Sendable {
  /// A claim that a token must have, or that is not usable as it is.
  public enum Claim: String, Hashable, Sendable {
    case audience = "aud"
    case expiry = "exp"
    case role
    case subject = "sub"
    case name
  }

  /// Longer than `TokenVerifier.tokenBytesMax`; nothing of it was read.
  case tooLarge
  /// Not three parts of base64url, not JSON objects, a name twice in one, or a claim of a wrong type.
  case malformed
  /// The header names no key, or one that the server does not have.
  case unknownKey
  /// The header's algorithm is not the one of the key it names.
  case wrongAlgorithm
  case badSignature
  case missing(Claim)
  case expired(at: Timestamp)
  case notYetValid(before: Timestamp)
  case wrongAudience
  case wrongIssuer
  /// The subject is not a user identifier.
  case invalidSubject
  case unknownRole
  /// The name is blank, too long, or holds control characters.
  case invalidName
  /// The `jti` is empty or too long.
  case invalidID
}

extension IdentityError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge: "the token is longer than \(TokenVerifier.tokenBytesMax) bytes"
    case .malformed: "the token is not a well-formed JWT: send header.payload.signature"
    case .unknownKey: "the token's kid names no key of this server: get a new token"
    case .wrongAlgorithm: "the token's alg does not fit the key it names: sign with EdDSA or ES256"
    case .badSignature: "the token's signature is wrong: get a new token"
    case .missing(let claim): "the token lacks the claim \(claim.rawValue)"
    case .expired(let time): "the token expired at \(time): get a new one"
    case .notYetValid(let time): "the token is not valid before \(time): check the clocks"
    case .wrongAudience: "the token is meant for another service: its aud must name this one"
    case .wrongIssuer: "the token's iss is not the issuer this server trusts"
    case .invalidSubject: "the token's sub is not a user id: 1 to 64 of A-Z a-z 0-9 . _ @ -"
    case .unknownRole:
      "the token's role is none of \(Role.allCases.map(\.rawValue).joined(separator: ", "))"
    case .invalidID: "the token's jti is not of 1 to 256 bytes"
    case .invalidName: "the token's name is blank, too long, or holds control characters"
    }
  }
}
