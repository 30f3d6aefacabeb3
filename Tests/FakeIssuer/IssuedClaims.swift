/// The claims of an ID token. What is nil is left out.
public struct IssuedClaims: Encodable, Sendable {
  public var iss: String?
  public var sub: String?
  public var aud: [String]
  public var azp: String?
  public var exp: Double?
  public var iat: Double?
  public var nbf: Double?
  public var nonce: String?
  public var at_hash: String?
  public var email: String?
  public var email_verified: Bool?
  public var roles: [String]?
}
