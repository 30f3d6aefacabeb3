import ChatModel
import ChatRepository
import Identity
import OpenIDConnect
import WardlineGateway

extension OpenIDSignIn {
  /// The issuers of the settings, for people whom the chat knows.
  ///
  /// - Parameter tokens: gives the tokens that stand for them.
  static func all(
    of settings: OpenIDSettings,
    _ repository: any ChatRepository,
    tokens: SessionTokens
  ) -> [OpenIDSignIn] {
    settings.providers.map { provider in
      OpenIDSignIn(
        id: provider.id,
        name: provider.name,
        party: RelyingParty(provider.provider, now: SystemClock.now)
      ) { identity async throws(SignInFailure) in
        let user = try await user(of: identity, repository)
        guard provider.roles.contains(user.role) else { throw .refused }
        do {
          return try await tokens.token(
            for: user.id,
            role: user.role,
            displayName: user.displayName
          )
        } catch {
          throw .unavailable
        }
      }
    }
  }

  /// The user whom an issuer vouches for. Nobody is made known here, and a role is never given: the
  /// issuer may only have to agree with the one that the chat knows.
  private static func user(
    of identity: OpenIDIdentity,
    _ repository: any ChatRepository
  ) async throws(SignInFailure) -> User {
    let found: User?
    do {
      found = try await repository.user(identity.userID)
    } catch {
      throw .unavailable
    }
    guard let user = found else { throw .unknownUser }
    let agrees = identity.roles.map { $0.contains(user.role.rawValue) } ?? true
    guard user.isActive, user.role != .service, agrees else { throw .refused }
    return user
  }
}
