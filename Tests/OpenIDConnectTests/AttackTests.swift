import Crypto
import FakeIssuer
import Foundation
import Testing

@testable import OpenIDConnect

@Suite("ID tokens that prove nothing")
struct AttackTests {
  /// What is wrong with a token whose signature is good, and the reason for which it is refused.
  struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let tell: @Sendable (inout IssuedClaims) -> Void

    init(
      _ name: String,
      _ reason: String,
      _ tell: @escaping @Sendable (inout IssuedClaims) -> Void
    ) {
      testDescription = name
      self.reason = reason
      self.tell = tell
    }
  }

  static let lies = [
    Lie("another issuer", "of another issuer") { $0.iss = "https://evil.example" },
    Lie("no issuer", "of another issuer") { $0.iss = nil },
    Lie("another audience", "for another client") { $0.aud = ["other"] },
    Lie("no audience", "for another client") { $0.aud = [] },
    Lie("several audiences", "for several clients") { $0.aud = [FakeIssuer.clientID, "other"] },
    Lie("made for another client", "made for another client") { $0.azp = "other" },
    Lie("expired", "has expired") { $0.exp = ($0.iat ?? 0) - 31 },
    Lie("no expiry", "until when") { $0.exp = nil },
    Lie("no time of issue", "until when") { $0.iat = nil },
    Lie("of the future", "of the future") { $0.iat = ($0.iat ?? 0) + 31 },
    Lie("not valid yet", "not valid yet") { $0.nbf = ($0.iat ?? 0) + 31 },
    Lie("another nonce", "another sign-in") { $0.nonce = "stolen" },
    Lie("no nonce", "another sign-in") { $0.nonce = nil },
    Lie("another access token", "do not belong together") { $0.at_hash = "AAAA" },
    Lie("no subject", "of whom it is") { $0.sub = nil },
    Lie("a subject that is no user id", "no user id") { $0.sub = "../amara" },
  ]

  @Test("claims that are wrong are refused with what is wrong", arguments: lies)
  func claims(_ lie: Lie) async throws {
    try await Setting.run { setting in
      setting.issuer.behave { $0.changeClaims = lie.tell }
      let reason = try await setting.refusal()
      #expect(reason?.contains(lie.reason) == true, "\(reason ?? "it was taken")")
    }
  }

  @Test("the hash of the access token that came along is right")
  func accessTokenHash() async throws {
    try await Setting.run { setting in
      let digest = SHA256.hash(data: Data(FakeIssuer.accessToken.utf8))
      let half = IssuerKey.text(Data(digest).prefix(16))
      setting.issuer.behave { $0.changeClaims = { $0.at_hash = half } }
      _ = try await setting.signIn().get()
    }
  }

  typealias Forgery = @Sendable (FakeIssuer, IssuedClaims) throws -> String

  static let forgeries: [(String, Forgery)] = [
    ("no signature", { try $0.token($1, header: #"{"alg":"none"}"#) { _ in Data() } }),
    (
      "no signature, and a key's name",
      { try $0.token($1, header: #"{"alg":"none","kid":"first"}"#) { _ in Data() } }
    ),
    (
      "the public key as a secret",
      { issuer, claims in
        let secret = SymmetricKey(data: issuer.key?.publicBytes ?? Data())
        return try issuer.token(claims, header: #"{"alg":"HS256","kid":"first"}"#) {
          Data(HMAC<SHA256>.authenticationCode(for: $0, using: secret))
        }
      }
    ),
    ("another algorithm", { try $0.token($1, header: #"{"alg":"ES384","kid":"first"}"#) }),
    (
      "another key under the name",
      {
        try $0.token($1, header: #"{"alg":"ES256","kid":"first"}"#) {
          try IssuerKey.newP256().signature(of: $0)
        }
      }
    ),
    ("a key that nobody has", { try $0.token($1, header: #"{"alg":"ES256","kid":"x"}"#) }),
    (
      "something that must be understood",
      { try $0.token($1, header: #"{"alg":"ES256","kid":"first","crit":["b64"],"b64":false}"#) }
    ),
    ("no token", { _, _ in "token" }),
    ("two parts", { _, _ in "e30.e30" }),
  ]

  @Test("a signature that is not of a key of the issuer is refused", arguments: 0..<forgeries.count)
  func forgery(_ index: Int) async throws {
    let (name, forge) = Self.forgeries[index]
    try await Setting.run { setting in
      setting.issuer.behave { $0.forge = forge }
      let reason = try await setting.refusal()
      #expect(reason != nil, "\(name)")
    }
  }
}
