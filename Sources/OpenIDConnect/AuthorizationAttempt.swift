import Crypto

/// The secrets of one sign-in, each made for it alone of random bytes.
public struct AuthorizationAttempt: Sendable, Hashable {
  /// Comes back with the answer, and tells that the answer belongs to the attempt.
  public let state: String
  /// Comes back within the ID token.
  public let nonce: String
  /// Proves to the issuer that whoever has the code asked for it (RFC 7636).
  public let codeVerifier: String
  /// Where the browser comes back to.
  public let redirectURI: String

  public init(state: String, nonce: String, codeVerifier: String, redirectURI: String) {
    self.state = state
    self.nonce = nonce
    self.codeVerifier = codeVerifier
    self.redirectURI = redirectURI
  }

  /// What of the verifier may be seen (S256).
  var codeChallenge: String {
    Base64URL.encode(SHA256.hash(data: Array(codeVerifier.utf8)))
  }
}

/// What the browser brings back from the issuer.
public struct AuthorizationAnswer: Sendable, Hashable {
  public let code: String
  /// Who answers, as RFC 9207 has it; nil when the answer does not say.
  public let issuer: String?

  public init(code: String, issuer: String?) {
    self.code = code
    self.issuer = issuer
  }
}
