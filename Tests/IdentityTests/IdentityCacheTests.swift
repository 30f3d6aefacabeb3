import ChatModel
import Crypto
import Foundation
import Testing

@testable import Identity

@Suite("The cache of verified tokens")
struct IdentityCacheTests {
  private func digest(_ number: Int) -> SHA256Digest { SHA256.hash(data: Data("\(number)".utf8)) }

  private func identity() throws -> VerifiedIdentity {
    VerifiedIdentity(
      userID: try #require(UserID("amara")),
      role: .patient,
      displayName: nil,
      expiresAt: Timestamp(milliseconds: 5),
      tokenID: "id:1"
    )
  }

  @Test("it never holds more than its limit")
  func bounded() throws {
    var cache = IdentityCache(entriesMax: 100)
    for number in 0..<1000 {
      cache.insert(try identity(), for: digest(number))
      #expect(cache.count <= 100)
    }
    #expect(cache.identity(for: digest(999)) { _ in false } != nil)
    #expect(cache.identity(for: digest(0)) { _ in false } == nil)
  }

  @Test("what is used stays, however many come after it")
  func usedStays() throws {
    var cache = IdentityCache(entriesMax: 10)
    cache.insert(try identity(), for: digest(0))
    for number in 1..<1000 {
      cache.insert(try identity(), for: digest(number))
      #expect(cache.identity(for: digest(0)) { _ in false } != nil)
      #expect(cache.count <= 10)
    }
  }

  @Test("what expired is forgotten when it is asked for, in either half")
  func expired() throws {
    var cache = IdentityCache(entriesMax: 4)
    for number in 0..<3 { cache.insert(try identity(), for: digest(number)) }
    for number in 0..<3 { #expect(cache.identity(for: digest(number)) { _ in true } == nil) }
    #expect(cache.count == 0)
  }

  @Test("a good token is remembered, a refused one is not")
  func onlyGoodTokens() async throws {
    let bench = try await VerifierUnderTest()
    _ = bench.refusal(of: try Issuer().edwardsToken())
    #expect(bench.verifier.cachedCount == 0)
    let token = try bench.issuer.edwardsToken()
    for _ in 0..<3 { #expect(bench.refusal(of: token) == nil) }
    #expect(bench.verifier.cachedCount == 1)
  }
}
