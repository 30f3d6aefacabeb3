import ChatModel
import Crypto

extension TokenClaims {
  /// The identity that the claims of a signed token give, if they keep the rules at `now`.
  ///
  /// - Parameter signed: what the signature is of.
  func identity(
    by rules: TokenRules,
    now: Timestamp,
    signed: ArraySlice<UInt8>
  ) throws(IdentityError) -> VerifiedIdentity {
    guard let aud else { throw .missing(.audience) }
    guard aud.names.contains(rules.audience) else { throw .wrongAudience }
    if let issuer = rules.issuer, iss != issuer { throw .wrongIssuer }
    let leeway = rules.leewaySeconds * 1000
    let expiresAt = try checkTimes(leeway: leeway, now: now)
    let issuedAt = try checkIssue(leeway: leeway, now: now)
    guard let sub else { throw .missing(.subject) }
    guard let userID = UserID(sub) else { throw .invalidSubject }
    guard let role else { throw .missing(.role) }
    guard let knownRole = Role(rawValue: role) else { throw .unknownRole }
    try checkName()
    return VerifiedIdentity(
      userID: userID,
      role: knownRole,
      displayName: name,
      expiresAt: expiresAt,
      tokenID: try tokenID(signed),
      issuedAt: issuedAt,
      scope: scope ?? ""
    )
  }

  /// A token that says it was issued later than now would outlive the revocation of all that were
  /// issued until now.
  private func checkIssue(leeway: Int64, now: Timestamp) throws(IdentityError) -> Timestamp? {
    guard let iat else { return nil }
    let issuedAt = try Self.timestamp(iat)
    guard now.milliseconds >= issuedAt.milliseconds - leeway else {
      throw .notYetValid(before: issuedAt)
    }
    return issuedAt
  }

  /// Not the hash of the whole token: an ES256 signature can be written in another way and is as
  /// good.
  private func tokenID(_ signed: ArraySlice<UInt8>) throws(IdentityError) -> String {
    guard let jti else {
      return "sha256:" + SHA256.hash(data: signed).hexadecimal
    }
    guard (1...Self.idBytesMax).contains(jti.utf8.count) else { throw .invalidID }
    return "id:" + jti
  }

  private static let idBytesMax = 256

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

extension SHA256Digest {
  fileprivate var hexadecimal: String {
    map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
