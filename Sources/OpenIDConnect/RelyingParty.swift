public import ChatModel
import Foundation

/// Has people sign in with an issuer, by the authorization code flow of OpenID Connect with PKCE.
public struct RelyingParty: Sendable {
  private let provider: OpenIDProvider
  private let client: IssuerClient
  private let directory: IssuerDirectory
  private let now: @Sendable () -> Timestamp

  /// - Parameter patience: the time for each answer of the issuer.
  public init(
    _ provider: OpenIDProvider,
    patience: Duration = .seconds(5),
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.provider = provider
    self.now = now
    client = IssuerClient(patience: patience)
    directory = IssuerDirectory(provider.issuer, client, now: now)
  }

  /// Where the browser is to go.
  public func authorizationAddress(
    for attempt: AuthorizationAttempt
  ) async throws(OpenIDFailure) -> String {
    let address = try await directory.currentMetadata().authorizationEndpoint.text
    let scopes = ["openid"] + provider.scopes.filter { $0 != "openid" }
    let query = FormText.encode([
      ("response_type", "code"),
      ("client_id", provider.clientID),
      ("redirect_uri", attempt.redirectURI),
      ("scope", scopes.joined(separator: " ")),
      ("state", attempt.state),
      ("nonce", attempt.nonce),
      ("code_challenge", attempt.codeChallenge),
      ("code_challenge_method", "S256"),
    ])
    return address + (address.contains("?") ? "&" : "?") + query
  }

  /// Whom the issuer vouches for.
  public func identity(
    by answer: AuthorizationAnswer,
    to attempt: AuthorizationAttempt
  ) async throws(OpenIDFailure) -> OpenIDIdentity {
    let metadata = try await directory.currentMetadata()
    // An answer that was meant for another issuer must not lead to a request of this one.
    let isOfIssuer =
      answer.issuer.map { $0 == provider.issuer.text } ?? !metadata.namesItselfInAnswers
    guard isOfIssuer else { throw .refused("another issuer has answered") }
    let tokens = try await exchange(answer.code, attempt, metadata)
    let token = try IDToken(tokens.id_token)
    let key = try await directory.key(named: token.keyName, algorithm: token.algorithm)
    guard let key, token.isSigned(by: key) else {
      throw .refused("the ID token is not signed by a key of the issuer")
    }
    let check = IDTokenCheck(
      issuer: provider.issuer.text,
      clientID: provider.clientID,
      nonce: attempt.nonce,
      now: now()
    )
    try check.check(token.claims, algorithm: token.algorithm, accessToken: tokens.access_token)
    return try OpenIDIdentity(token.claims, of: provider)
  }

  private func exchange(
    _ code: String,
    _ attempt: AuthorizationAttempt,
    _ metadata: IssuerMetadata
  ) async throws(OpenIDFailure) -> Tokens {
    var fields = [
      (name: "grant_type", value: "authorization_code"),
      (name: "code", value: code),
      (name: "redirect_uri", value: attempt.redirectURI),
      (name: "client_id", value: provider.clientID),
      (name: "code_verifier", value: attempt.codeVerifier),
    ]
    var authorization: String?
    if let secret = provider.clientSecret {
      if metadata.wantsSecretInForm {
        fields.append((name: "client_secret", value: secret))
      } else {
        authorization = Self.basic(provider.clientID, secret)
      }
    }
    let answer = try await client.post(
      fields,
      to: metadata.tokenEndpoint.text,
      authorization: authorization
    )
    switch answer.status {
    case 200: break
    case 400..<500: throw .refused("the issuer does not take the code: status \(answer.status)")
    default: throw .unavailable("the issuer answers with status \(answer.status)")
    }
    guard let tokens = try? JSONDecoder().decode(Tokens.self, from: answer.body) else {
      throw .refused("the issuer's answer to the code has no ID token")
    }
    return tokens
  }

  /// As RFC 6749, 2.3.1 has it: both are encoded as in forms first.
  private static func basic(_ name: String, _ secret: String) -> String {
    let pair = "\(FormText.encode(name)):\(FormText.encode(secret))"
    return "Basic " + Data(pair.utf8).base64EncodedString()
  }

  /// The names are those of the answer.
  private struct Tokens: Decodable {
    let id_token: String
    let access_token: String?
  }
}
