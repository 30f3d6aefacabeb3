public import OpenIDConnect

/// An issuer whom people may choose when they sign in.
public struct OpenIDSignIn: Sendable {
  /// Names it in addresses.
  let id: String
  /// Names it to people.
  let name: String
  let party: RelyingParty
  let token: TokenMaker

  /// Gives the token of the user that an issuer vouches for.
  public typealias TokenMaker =
    @Sendable (OpenIDIdentity) async throws(SignInFailure) -> String

  /// - Parameters:
  ///   - id: letters, digits and hyphens.
  ///   - token: never makes a user known who was not.
  public init(id: String, name: String, party: RelyingParty, token: @escaping TokenMaker) {
    self.id = id
    self.name = name
    self.party = party
    self.token = token
  }

  var path: String { "/web/oidc/\(id)" }
  var callbackPath: String { path + "/callback" }
}

/// Why nobody is signed in who tried to. The page to sign in says it in words.
public enum SignInFailure: String, Error, Sendable, Hashable {
  /// The person has changed their mind.
  case cancelled
  /// What came back proves nothing, or may not be used.
  case refused
  /// The issuer does not answer, or this server has no room.
  case unavailable
  /// The issuer knows the person, and the chat does not.
  case unknownUser = "unknown_user"
}
