import ChatModel
import FakeIssuer
import Foundation
import Testing

@testable import OpenIDConnect

@Suite("Signing in with an issuer")
struct SignInTests {
  @Test("whoever the issuer vouches for is who they are", arguments: ["ES256", "RS256"])
  func honest(_ algorithm: String) async throws {
    let key = algorithm == "RS256" ? try IssuerKey.newRSA() : .newP256()
    try await Setting.run(key: key) { setting in
      let identity = try await setting.signIn().get()
      #expect(identity.userID == UserID("amara"))
      #expect(identity.roles == nil)
    }
  }

  @Test("the browser goes to the issuer with everything that the answer is checked by")
  func authorizationAddress() async throws {
    try await Setting.run({ $0.scopes = ["profile"] }) { setting in
      let address = try await setting.party.authorizationAddress(for: Setting.attempt)
      #expect(address.hasPrefix(setting.issuer.issuer + "/authorize?response_type=code&"))
      for part in [
        "client_id=wardline-chat", "scope=openid%20profile", "state=a-state", "nonce=a-nonce",
        "code_challenge_method=S256",
        "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fweb%2Foidc%2Fclinic%2Fcallback",
      ] { #expect(address.contains(part), "\(part)") }
      #expect(!address.contains(Setting.attempt.codeVerifier))
    }
  }

  @Test("the claims of the user id and of the roles are the ones that the settings name")
  func claims() async throws {
    try await Setting.run({
      $0.userClaim = "email"
      $0.roleClaim = "roles"
    }) { setting in
      setting.issuer.behave {
        $0.changeClaims = { claims in
          claims.email = "amara@clinic.example"
          claims.email_verified = true
          claims.roles = ["patient", "somebody"]
        }
      }
      let identity = try await setting.signIn().get()
      #expect(identity.userID == UserID("amara@clinic.example"))
      #expect(identity.roles == ["patient", "somebody"])
      setting.issuer.behave { $0.changeClaims = { $0.email = "amara@clinic.example" } }
      #expect(try await setting.refusal() == "the issuer has not verified the e-mail address")
    }
  }

  @Test("a claim within an object is named with a dot, and one of that very name goes before it")
  func nestedClaims() throws {
    func claims(_ text: String) throws -> ClaimSet {
      try JSONDecoder().decode(ClaimSet.self, from: Data(text.utf8))
    }
    let nested = try claims(
      #"{"sub": "a", "realm_access": {"roles": ["doctor"], "deep": {"er": {"x": {"y": 1}}}}}"#
    )
    #expect(nested.texts("realm_access.roles") == ["doctor"])
    #expect(nested.values["realm_access.deep.er.x.y"] == nil)
    #expect(nested.text("realm_access") == nil)
    let both = try claims(#"{"a.b": "own", "a": {"b": "inner"}}"#)
    #expect(both.text("a.b") == "own")
  }

  @Test("a client with a secret shows it, and one with another is refused")
  func secret() async throws {
    try await Setting.run({ $0.clientSecret = "s3cret" }) { setting in
      setting.issuer.behave { $0.clientSecret = "s3cret" }
      _ = try await setting.signIn().get()
      setting.issuer.behave { $0.clientSecret = "another" }
      #expect(try await setting.refusal()?.contains("does not take the code") == true)
    }
  }

  @Test("a code that was asked for with another verifier is worth nothing")
  func verifier() async throws {
    try await Setting.run { setting in
      let answer = try await setting.visit()
      let thief = AuthorizationAttempt(
        state: "a-state",
        nonce: "a-nonce",
        codeVerifier: String(repeating: "w", count: 43),
        redirectURI: Setting.attempt.redirectURI
      )
      await #expect(throws: OpenIDFailure.self) {
        try await setting.party.identity(by: answer, to: thief)
      }
    }
  }

  @Test("the answer of another issuer is not brought to this one (RFC 9207)")
  func mixUp() async throws {
    try await Setting.run { setting in
      setting.issuer.behave { $0.namesItself = true }
      _ = try await setting.signIn().get()
      let answer = try await setting.visit()
      for issuer in [nil, "https://evil.example"] {
        await #expect(throws: OpenIDFailure.refused("another issuer has answered")) {
          let mixed = AuthorizationAnswer(code: answer.code, issuer: issuer)
          return try await setting.party.identity(by: mixed, to: Setting.attempt)
        }
      }
      #expect(setting.issuer.count(of: "/token") == 1)
    }
  }
}
