import ChatModel

extension TokenClaims {
  /// The identity that the claims of a signed token give, if they keep the rules at `now`.
  func identity(by rules: TokenRules, now: Timestamp) throws(IdentityError) -> VerifiedIdentity {
    guard let aud else { throw .missing(.audience) }
    guard aud.names.contains(rules.audience) else { throw .wrongAudience }
    if let issuer = rules.issuer, iss != issuer { throw .wrongIssuer }
    let expiresAt = try checkTimes(leeway: rules.leewaySeconds * 1000, now: now)
    guard let sub else { throw .missing(.subject) }
    guard let userID = UserID(sub) else { throw .invalidSubject }
    guard let role else { throw .missing(.role) }
    guard let knownRole = Role(rawValue: role) else { throw .unknownRole }
    try checkName()
    return VerifiedIdentity(
      userID: userID,
      role: knownRole,
      displayName: name,
      expiresAt: expiresAt
    )
  }

  /// Returns when the token expires.
  private func checkTimes(leeway: Int64, now: Timestamp) throws(IdentityError) -> Timestamp {
    guard let exp else { throw .missing(.expiry) }
    let expiresAt = try Self.timestamp(exp)
    guard now.milliseconds < expiresAt.milliseconds + leeway else {
      throw .expired(at: expiresAt)
    }
    if let nbf {
      let validFrom = try Self.timestamp(nbf)
      guard now.milliseconds >= validFrom.milliseconds - leeway else {
        throw .notYetValid(before: validFrom)
      }
    }
    return expiresAt
  }

  private func checkName() throws(IdentityError) {
    guard let name else { return }
    do {
      try ChatLimits().validate(displayName: name)
    } catch {
      throw .invalidName
    }
  }

  /// A time of the years 1970 to 9999, outside of which nobody means what they say.
  private static func timestamp(_ seconds: Double) throws(IdentityError) -> Timestamp {
    guard (0..<253_402_300_800).contains(seconds) else { throw .malformed }
    return Timestamp(milliseconds: Int64(seconds * 1000))
  }
}
