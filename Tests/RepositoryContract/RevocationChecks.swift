import ChatModel
import ChatRepository
import Testing

let revocationChecks: [ContractCheck] = [
  ContractCheck("revocations are kept, and those of tokens until they would have expired") {
    clinic in
    let context = WriteContext(actor: clinic.amara, now: Clinic.time(10))
    for (token, expiry) in [("a", 100), ("b", 200)] {
      let intent = RevokeToken(
        tokenID: token,
        user: clinic.amara,
        expiresAt: Clinic.time(expiry)
      )
      #expect(try await clinic.repository.write(intent, context).revokedAt == Clinic.time(10))
      _ = try await clinic.repository.write(intent, context)
    }
    _ = try await clinic.repository.write(RevokeTokens(user: clinic.okafor), context)
    try await clinic.reopen()
    let stored = try await clinic.repository.revocations(at: Clinic.time(50))
    #expect(stored.tokens.map(\.tokenID).sorted() == ["a", "b"])
    #expect(stored.tokens.allSatisfy { $0.user == clinic.amara })
    #expect(stored.issuedUntil == [clinic.okafor: Clinic.time(10)])
    let later = try await clinic.repository.revocations(at: Clinic.time(150))
    #expect(later.tokens.map(\.tokenID) == ["b"])
    #expect(later.issuedUntil == stored.issuedUntil)
  },
  ContractCheck("a clock that was set back gives no tokens back") { clinic in
    for seconds in [100, 50] {
      _ = try await clinic.repository.write(
        RevokeTokens(user: clinic.amara),
        WriteContext(actor: clinic.okafor, now: Clinic.time(seconds))
      )
    }
    let stored = try await clinic.repository.revocations(at: Clinic.time(200))
    #expect(stored.issuedUntil == [clinic.amara: Clinic.time(100)])
  },
  ContractCheck("tokens of nobody cannot be revoked") { clinic in
    let nobody = try #require(UserID("nobody"))
    await #expect(throws: ChatError.notFound(.user)) {
      try await clinic.repository.write(
        RevokeTokens(user: nobody),
        WriteContext(actor: clinic.okafor, now: Clinic.start)
      )
    }
  },
]
