import ChatModel
import ChatService
import Identity

/// The chat's token check, done by the verifier of JWTs.
struct BearerTokens: TokenVerifying {
  let verifier: TokenVerifier
  /// For how long after its expiry the verifier still takes a token, because clocks differ.
  let leewaySeconds: Int64

  func verify(_ token: String) throws(AuthenticationError) -> Principal {
    do {
      let identity = try verifier.verify(token)
      return Principal(
        userID: identity.userID,
        role: identity.role,
        displayName: identity.displayName ?? identity.userID.rawValue,
        expiresAt: Timestamp(
          milliseconds: identity.expiresAt.milliseconds + leewaySeconds * 1000
        ),
        credential: Credential(
          tokenID: identity.tokenID,
          issuedAt: identity.issuedAt,
          entersUsers: !identity.isOfThisServer
        ),
        actingRights: identity.role == .service ? ActingRights(scope: identity.scope) : []
      )
    } catch {
      throw AuthenticationError(error.description)
    }
  }
}
