/// An issuer with whom people sign in, and what this server is to it.
public struct OpenIDProvider: Sendable {
  /// The issuer's identifier, to the letter: its configuration and its tokens must say the same.
  public let issuer: IssuerURL
  /// What the issuer calls this server.
  public let clientID: String
  /// nil for a client that has none: the proof of its requests (PKCE) is enough then.
  public var clientSecret: String?
  /// What is asked for; `openid` is always among it.
  public var scopes = ["openid"]
  /// The claim that holds the user id of the chat. `email` counts only when the issuer has verified it.
  public var userClaim = "sub"
  /// The claim that must name the role which the user has in the chat; nil asks for none.
  public var roleClaim: String?

  public init(issuer: IssuerURL, clientID: String) {
    self.issuer = issuer
    self.clientID = clientID
  }
}
