public import ChatModel

/// Whom an issuer vouches for.
public struct OpenIDIdentity: Sendable, Hashable {
  /// Who it is in the chat, if the chat knows them.
  public let userID: UserID
  /// What the issuer says they are; nil when it is not asked.
  public let roles: [String]?

  init(_ claims: ClaimSet, of provider: OpenIDProvider) throws(OpenIDFailure) {
    guard claims.text("sub")?.isEmpty == false else {
      throw .refused("the ID token does not say of whom it is")
    }
    // Whoever may enter any address as their own must not be taken for its owner.
    if provider.userClaim == "email", claims.flag("email_verified") != true {
      throw .refused("the issuer has not verified the e-mail address")
    }
    guard let userID = claims.text(provider.userClaim).flatMap({ UserID($0) }) else {
      throw .refused("the claim \(provider.userClaim) of the ID token is no user id")
    }
    self.userID = userID
    roles = provider.roleClaim.map { claims.texts($0) }
  }
}
