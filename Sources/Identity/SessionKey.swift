import Crypto
import Foundation
import JWTKit

/// A secret with which a server signs tokens for itself: those of people who proved to it in another
/// way who they are. It is made anew at each start and never leaves the process.
public struct SessionKey: Sendable {
  /// The `kid` of tokens signed with it. No key of a file has it: it cannot be foreseen.
  let identifier: String
  let algorithm: any JWTAlgorithm
  private let signers: JWTKeyCollection

  public init() async throws {
    identifier = "session-\(UUID().uuidString)"
    let kid = JWKIdentifier(string: identifier)
    signers = await JWTKeyCollection()
      .add(hmac: HMACKey(key: SymmetricKey(size: .bits256)), digestAlgorithm: .sha256, kid: kid)
    algorithm = try await signers.getKey(for: kid)
  }

  func sign(_ claims: TokenClaims) async throws -> String {
    try await signers.sign(claims, kid: JWKIdentifier(string: identifier))
  }
}
