import Foundation
import JWTKit

/// The public keys of an issuer, each with the algorithms that it may have signed with.
///
/// No other algorithms are known here: none without a signature, and none whose secret would be a
/// public key.
struct IssuerKeys: Sendable {
  private struct Key: Sendable {
    let name: String?
    let algorithms: [String: any JWTAlgorithm]
  }

  private let keys: [Key]

  static let none = IssuerKeys(keys: [])

  private init(keys: [Key]) {
    self.keys = keys
  }

  /// Reads a JWKS document (RFC 7517). Keys of other kinds are passed over.
  init(_ data: Data) async throws(OpenIDFailure) {
    guard let set = try? JSONDecoder().decode(Document.self, from: data) else {
      throw .unavailable("the issuer's keys cannot be read")
    }
    var keys: [Key] = []
    for entry in set.keys where entry.use ?? "sig" == "sig" {
      guard let jwk = entry.key else { continue }
      var algorithms: [String: any JWTAlgorithm] = [:]
      for algorithm in Self.algorithms(of: jwk) {
        guard let key = await Self.publicKey(jwk, algorithm) else { continue }
        algorithms[algorithm.rawValue] = key
      }
      if !algorithms.isEmpty {
        keys.append(Key(name: jwk.keyIdentifier?.string, algorithms: algorithms))
      }
    }
    self.keys = keys
  }

  /// The key that a token's header names; without a name the only one of the algorithm.
  func key(named name: String?, algorithm: String) -> (any JWTAlgorithm)? {
    let fitting = keys.filter { name == nil || $0.name == name }
      .compactMap { $0.algorithms[algorithm] }
    return fitting.count == 1 ? fitting.first : nil
  }

  private static func algorithms(of jwk: JWK) -> [JWK.Algorithm] {
    let possible: [JWK.Algorithm]
    switch (jwk.keyType, jwk.curve?.rawValue) {
    case (.rsa, _): possible = [.rs256, .ps256]
    case (.ecdsa, ECDSACurve.p256.rawValue): possible = [.es256]
    case (.ecdsa, ECDSACurve.p384.rawValue): possible = [.es384]
    case (.octetKeyPair, EdDSACurve.ed25519.rawValue): possible = [.eddsa]
    default: possible = []
    }
    return possible.filter { jwk.algorithm == nil || jwk.algorithm == $0 }
  }

  /// The key for one algorithm, without its private part if there should be one. RSA keys of less
  /// than 2048 bits are none.
  private static func publicKey(
    _ jwk: JWK,
    _ algorithm: JWK.Algorithm
  ) async -> (any JWTAlgorithm)? {
    let kid = JWKIdentifier(string: "key")
    var key = jwk
    key.algorithm = algorithm
    key.keyIdentifier = kid
    key.privateExponent = nil
    return try? await JWTKeyCollection().add(jwk: key).getKey(for: kid)
  }

  private struct Document: Decodable {
    let keys: [Entry]
  }

  private struct Entry: Decodable {
    let use: String?
    /// nil if it is of a kind that JWTKit does not know.
    let key: JWK?

    init(from decoder: any Decoder) throws {
      use = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .use)
      key = try? JWK(from: decoder)
    }

    private enum CodingKeys: String, CodingKey { case use }
  }
}
