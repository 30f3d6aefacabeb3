import ChatModel
import Crypto
import Foundation
import Logging
import Testing

@testable import Identity

@Suite("The development key")
struct DevelopmentKeyTests {
  private func verifier(_ key: DevelopmentKey, at seconds: Int64) async throws -> TokenVerifier {
    try await TokenVerifier(
      keys: .development(key),
      rules: TokenRules(audience: "wardline"),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: { Timestamp(milliseconds: seconds * 1000) }
    )
  }

  private func issuer(_ key: DevelopmentKey) -> TokenIssuer {
    TokenIssuer(key: key, audience: "wardline", now: { Timestamp(milliseconds: 1_000_000) })
  }

  @Test("its token is good for twelve hours, after a restart too, and with no other key")
  func tokens() async throws {
    let folder = try TestFolder()
    let key = try await DevelopmentKey.loadOrCreate(folder: folder.path)
    let user = try #require(UserID("amara"))
    let token = try await issuer(key).token(for: user, role: .patient, displayName: "Amara")

    let again = try await DevelopmentKey.loadOrCreate(folder: folder.path)
    let identity = try await verifier(again, at: 1000).verify(token)
    #expect(identity.userID == user)
    #expect(identity.displayName == "Amara")
    #expect(identity.expiresAt == Timestamp(milliseconds: (1000 + 12 * 3600) * 1000))

    let other = try await DevelopmentKey(secret: SymmetricKey(size: .bits256))
    let stranger = try await verifier(other, at: 1000)
    #expect(throws: IdentityError.badSignature) { try stranger.verify(token) }
    let late = try await verifier(key, at: 1000 + 12 * 3600 + 30)
    #expect(throws: IdentityError.expired(at: identity.expiresAt)) { try late.verify(token) }
  }

  @Test("it takes no other algorithm")
  func otherAlgorithm() async throws {
    let key = try await DevelopmentKey(secret: SymmetricKey(size: .bits256))
    let verifier = try await verifier(key, at: 1000)
    for algorithm in ["none", "EdDSA", "HS512"] {
      let token = RawToken(header: #"{"alg":"\#(algorithm)","kid":"development"}"#)
        .signed { _ in Data() }
      #expect(throws: IdentityError.wrongAlgorithm) { try verifier.verify(token) }
    }
  }

  @Test("its file is for its owner alone, and refused once others can read it")
  func permissions() async throws {
    let folder = try TestFolder()
    _ = try await DevelopmentKey.loadOrCreate(folder: folder.path)
    let path = DevelopmentKey.path(in: folder.path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    await #expect(throws: DevelopmentKeyError.exposed(path: path)) {
      try await DevelopmentKey.load(folder: folder.path)
    }
  }

  @Test("many who make it at once get the same")
  func race() async throws {
    let folder = try TestFolder()
    let tokens = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let key = try await DevelopmentKey.loadOrCreate(folder: folder.path)
          return try await self.issuer(key).token(for: try #require(UserID("bo")), role: .nurse)
        }
      }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    let one = try await verifier(try await DevelopmentKey.load(folder: folder.path), at: 1000)
    for token in tokens { #expect(try one.verify(token).role == .nurse) }
  }

  @Test("a missing and a damaged file say what to do")
  func missingAndDamaged() async throws {
    let folder = try TestFolder()
    let path = DevelopmentKey.path(in: folder.path)
    await #expect(throws: DevelopmentKeyError.missing(path: path)) {
      try await DevelopmentKey.load(folder: folder.path)
    }
    for text in ["", "AAAA", "not base64!"] {
      _ = try folder.write(text, to: "development.key")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      await #expect(throws: DevelopmentKeyError.damaged(path: path)) {
        try await DevelopmentKey.loadOrCreate(folder: folder.path)
      }
    }
    await #expect(throws: DevelopmentKeyError.self) {
      try await DevelopmentKey.loadOrCreate(folder: folder.path + "/absent")
    }
  }
}
