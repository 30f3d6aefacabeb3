import ChatModel
import Testing

@testable import ChatService

@Suite("Revoked tokens")
struct RevocationTests {
  private let time = Timestamp(milliseconds: 1_000_000)

  private func principal(
    _ user: String = "amara",
    token: String = "t1",
    issuedAt: Int64? = 1_000_000,
    service: String? = nil
  ) throws -> Principal {
    Principal(
      userID: try #require(UserID(user)),
      role: .patient,
      displayName: user,
      expiresAt: Timestamp(milliseconds: 2_000_000),
      actingService: service.flatMap { UserID($0) },
      credential: Credential(
        tokenID: token,
        issuedAt: issuedAt.map { Timestamp(milliseconds: $0) }
      )
    )
  }

  @Test("one token of a user counts no more, others and those of others do")
  func oneToken() throws {
    let revocations = Revocations()
    let amara = try principal()
    #expect(!revocations.cover(amara))
    revocations.revoke("t1", of: amara.userID, validUntil: amara.expiresAt, now: time)
    #expect(revocations.cover(amara))
    #expect(!revocations.cover(try principal(token: "t2")))
    #expect(!revocations.cover(try principal("bo")))
  }

  @Test("all tokens issued up to a time, and those that do not say when, count no more")
  func allTokens() throws {
    let revocations = Revocations()
    let amara = try principal()
    revocations.revokeTokens(of: amara.userID, issuedUntil: time)
    #expect(revocations.cover(amara))
    #expect(revocations.cover(try principal(issuedAt: nil)))
    #expect(!revocations.cover(try principal(issuedAt: 1_000_001)))
    #expect(!revocations.cover(try principal("bo", issuedAt: 1)))
    revocations.revokeTokens(of: amara.userID, issuedUntil: Timestamp(milliseconds: 5))
    #expect(revocations.cover(amara), "an earlier time takes nothing back")
  }

  @Test("the token of a service counts for all it acts for")
  func services() throws {
    let revocations = Revocations()
    let acting = try principal(service: "portal")
    let portal = try #require(UserID("portal"))
    revocations.revoke("t1", of: acting.userID, validUntil: acting.expiresAt, now: time)
    #expect(!revocations.cover(acting), "the token is not the user's")
    revocations.revoke("t1", of: portal, validUntil: acting.expiresAt, now: time)
    #expect(revocations.cover(acting))
  }

  @Test("tokens that have expired are forgotten")
  func sweep() throws {
    let revocations = Revocations()
    let amara = try principal().userID
    for number in 0..<5_000 {
      let now = Timestamp(milliseconds: Int64(number))
      let expiry = Timestamp(milliseconds: Int64(number) + 10)
      revocations.revoke("\(number)", of: amara, validUntil: expiry, now: now)
    }
    #expect(revocations.tokenCount < 1_100)
  }
}
