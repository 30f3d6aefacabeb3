import Foundation

/// What an issuer says of itself at `/.well-known/openid-configuration`.
struct IssuerMetadata: Sendable {
  let authorizationEndpoint: IssuerURL
  let tokenEndpoint: IssuerURL
  let keys: IssuerURL
  /// Its answers say who answers (RFC 9207).
  let namesItselfInAnswers: Bool
  /// The client's secret belongs into the form, since the header is not understood.
  let wantsSecretInForm: Bool

  /// - Throws: `.unavailable` for what is no such document, or one of another issuer.
  init(_ data: Data, of issuer: IssuerURL) throws(OpenIDFailure) {
    guard let document = try? JSONDecoder().decode(Document.self, from: data) else {
      throw .unavailable("the issuer's configuration cannot be read")
    }
    guard document.issuer == issuer.text else {
      throw .unavailable("the issuer's configuration is of another issuer")
    }
    guard
      let authorization = IssuerURL(document.authorization_endpoint, namedBy: issuer),
      let token = IssuerURL(document.token_endpoint, namedBy: issuer),
      let keys = IssuerURL(document.jwks_uri, namedBy: issuer)
    else { throw .unavailable("the issuer's configuration names an address without TLS") }
    if let methods = document.code_challenge_methods_supported, !methods.contains("S256") {
      throw .unavailable("the issuer does not know the proof of requests that is used (S256)")
    }
    authorizationEndpoint = authorization
    tokenEndpoint = token
    self.keys = keys
    namesItselfInAnswers = document.authorization_response_iss_parameter_supported ?? false
    let methods = document.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
    wantsSecretInForm =
      !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
  }

  /// The names are those of the document.
  private struct Document: Decodable {
    let issuer: String
    let authorization_endpoint: String
    let token_endpoint: String
    let jwks_uri: String
    let code_challenge_methods_supported: [String]?
    let token_endpoint_auth_methods_supported: [String]?
    let authorization_response_iss_parameter_supported: Bool?
  }
}
