import JWTKit

/// The keys that may have signed a token, by their identifier.
struct VerificationKeys: Sendable {
  private let keys: [String: any JWTAlgorithm]

  init(_ keys: [String: any JWTAlgorithm]) { self.keys = keys }

  /// These and the key with which a server signs tokens for itself, if it does.
  func adding(_ key: SessionKey?) -> VerificationKeys {
    guard let key else { return self }
    return VerificationKeys(keys.merging([key.identifier: key.algorithm]) { _, own in own })
  }

  /// The key that a token's header names. The header does not choose how the signature is checked:
  /// a key has one algorithm, and the header must agree. JWTKit's own look-up would fall back to a
  /// default key, and would not compare.
  func key(named kid: String?, algorithm: String?) throws(IdentityError) -> any JWTAlgorithm {
    guard let kid, let key = keys[kid] else { throw .unknownKey }
    guard key.name == algorithm else { throw .wrongAlgorithm }
    return key
  }
}
