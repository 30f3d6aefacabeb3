import Foundation
import JWTKit
import Logging

/// A JWKS file (RFC 7517) with the public keys of those who may issue tokens.
struct KeyFile: Sendable {
  static let bytesMax = 1 << 20

  let path: String

  /// What tells one content of the file from another without reading it.
  struct Version: Hashable, Sendable {
    let modified: Date
    let size: Int
    let fileNumber: Int
  }

  /// The version that lies there now. Throws `KeyFileError.unreadable`.
  func version() throws(KeyFileError) -> Version {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolvedPath),
      let modified = attributes[.modificationDate] as? Date,
      let size = attributes[.size] as? Int
    else { throw .unreadable(path: path) }
    let fileNumber = attributes[.systemFileNumber] as? Int ?? 0
    return Version(modified: modified, size: size, fileNumber: fileNumber)
  }

  /// Reads the usable keys; others, such as RSA keys beside them, are passed over and logged.
  func read(logger: Logger) async throws(KeyFileError) -> VerificationKeys {
    var keys: [String: any JWTAlgorithm] = [:]
    for entry in try entries() {
      guard let jwk = entry.key.flatMap(Self.publicKey), let kid = jwk.keyIdentifier,
        let key = try? await JWTKeyCollection().add(jwk: jwk).getKey(for: kid)
      else {
        logger.notice(
          "A key of the key file is not used: it is not Ed25519 or P-256 with a kid",
          metadata: ["kid": "\(entry.key?.keyIdentifier?.string.prefix(64) ?? "-")"]
        )
        continue
      }
      guard keys.updateValue(key, forKey: kid.string) == nil else {
        throw .ambiguous(path: path, kid: String(kid.string.prefix(64)))
      }
    }
    guard !keys.isEmpty else { throw .noUsableKey(path: path) }
    return VerificationKeys(keys)
  }

  /// Key files are often links that a deployment swaps.
  private var resolvedPath: String { URL(filePath: path).resolvingSymlinksInPath().path }

  private func entries() throws(KeyFileError) -> [Entry] {
    guard try version().size <= Self.bytesMax else { throw .notJWKS(path: path) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    guard let set = try? JSONDecoder().decode(Entries.self, from: data) else {
      throw .notJWKS(path: path)
    }
    return set.keys
  }

  /// The key with its one algorithm, or nil if it is of no kind we take. A private part is dropped.
  private static func publicKey(_ jwk: JWK) -> JWK? {
    switch (jwk.keyType, jwk.curve?.rawValue) {
    case (.octetKeyPair, EdDSACurve.ed25519.rawValue) where jwk.isMeant(for: .eddsa):
      .octetKeyPair(.eddsa, identifier: jwk.keyIdentifier, x: jwk.x, y: nil, curve: .ed25519)
    case (.ecdsa, ECDSACurve.p256.rawValue) where jwk.isMeant(for: .es256):
      .ecdsa(.es256, identifier: jwk.keyIdentifier, x: jwk.x, y: jwk.y, curve: .p256)
    default: nil
    }
  }
}

extension JWK {
  fileprivate func isMeant(for algorithm: Algorithm) -> Bool {
    self.algorithm == nil || self.algorithm == algorithm
  }
}

private struct Entries: Decodable {
  let keys: [Entry]
}

/// One member of `keys`, nil if it is of a kind that JWTKit does not know.
private struct Entry: Decodable {
  let key: JWK?

  init(from decoder: any Decoder) { key = try? JWK(from: decoder) }
}
