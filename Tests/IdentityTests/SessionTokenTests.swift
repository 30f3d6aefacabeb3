import ChatModel
import Crypto
import Foundation
import Logging
import Testing

@testable import Identity

@Suite("Tokens that a server issues to itself")
struct SessionTokenTests {
  private let clock = SettableClock()

  private func verifier(_ key: SessionKey?, _ rules: TokenRules) async throws -> TokenVerifier {
    let folder = try TestFolder()
    let path = try folder.write(Issuer().keySet, to: "keys.json")
    return try await TokenVerifier(
      keys: .keyFile(path: path),
      rules: rules,
      sessionKey: key,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now
    )
  }

  private func token(_ key: SessionKey, _ rules: TokenRules) async throws -> String {
    let tokens = SessionTokens(key: key, rules: rules, lifetimeSeconds: 60, now: clock.now)
    let amara = try #require(UserID("amara"))
    return try await tokens.token(for: amara, role: .patient, displayName: "Amara Okafor")
  }

  @Test("they count for the server that issued them, and say that they are its own")
  func own() async throws {
    let key = try await SessionKey()
    let rules = TokenRules(audience: "wardline", issuer: "https://id.example")
    let token = try await token(key, rules)
    let identity = try await verifier(key, rules).verify(token)
    #expect(identity.userID.rawValue == "amara")
    #expect(identity.role == .patient)
    #expect(identity.displayName == "Amara Okafor")
    #expect(identity.isOfThisServer)
    #expect(identity.expiresAt == Timestamp(milliseconds: 1_060_000))
    #expect(identity.issuedAt == Timestamp(milliseconds: 1_000_000))
  }

  @Test("no two of them have the same name, so that one can be revoked")
  func names() async throws {
    let key = try await SessionKey()
    let rules = TokenRules(audience: "wardline")
    let verifier = try await verifier(key, rules)
    let first = try await verifier.verify(token(key, rules))
    let second = try await verifier.verify(token(key, rules))
    #expect(first.tokenID != second.tokenID)
  }

  @Test("they count nowhere else, nor after a restart, which makes another key")
  func others() async throws {
    let rules = TokenRules(audience: "wardline")
    let token = try await token(try await SessionKey(), rules)
    for key in [nil, try await SessionKey()] {
      let verifier = try await verifier(key, rules)
      #expect(throws: IdentityError.unknownKey) { try verifier.verify(token) }
    }
  }

  @Test("they survive that the key file is read again, and end when they expire")
  func reload() async throws {
    let key = try await SessionKey()
    let rules = TokenRules(audience: "wardline")
    let folder = try TestFolder()
    let path = try folder.write(Issuer().keySet, to: "keys.json")
    let verifier = try await TokenVerifier(
      keys: .keyFile(path: path),
      rules: rules,
      sessionKey: key,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now
    )
    let token = try await token(key, rules)
    try await verifier.reload()
    #expect(try verifier.verify(token).isOfThisServer)
    clock.set(Timestamp(milliseconds: 1_090_000))
    #expect(throws: IdentityError.expired(at: Timestamp(milliseconds: 1_060_000))) {
      try verifier.verify(token)
    }
  }

  @Test("a token of the key file is not the server's own")
  func foreign() async throws {
    let issuer = Issuer()
    let folder = try TestFolder()
    let path = try folder.write(issuer.keySet, to: "keys.json")
    let verifier = try await TokenVerifier(
      keys: .keyFile(path: path),
      rules: TokenRules(audience: "wardline"),
      sessionKey: try await SessionKey(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now
    )
    #expect(try !verifier.verify(issuer.edwardsToken()).isOfThisServer)
  }
}
