import Crypto
import Foundation
import JWTKit

/// A secret that signs and verifies the tokens of a development server (HS256).
///
/// Whoever can read its file can be anyone, so the file is for its owner alone, and a server that is
/// reachable from elsewhere must use a key file instead.
public struct DevelopmentKey: Sendable {
  /// The `kid` of tokens signed with it.
  static let identifier = "development"
  static let secretBytes = 32

  let algorithm: any JWTAlgorithm
  private let signers: JWTKeyCollection

  init(secret: SymmetricKey) async throws {
    let kid = JWKIdentifier(string: Self.identifier)
    signers = await JWTKeyCollection()
      .add(hmac: HMACKey(key: secret), digestAlgorithm: .sha256, kid: kid)
    algorithm = try await signers.getKey(for: kid)
  }

  /// Where the key of a data folder lies.
  public static func path(in folder: String) -> String {
    URL(filePath: folder).appending(path: "development.key").path
  }

  /// The key of a data folder. Throws `.missing` if none was made there yet.
  public static func load(folder: String) async throws(DevelopmentKeyError) -> DevelopmentKey {
    let file = OwnerOnlyFile(path: path(in: folder))
    guard let text = try file.read(bytesMax: 256) else { throw .missing(path: file.path) }
    guard let secret = Data(base64Encoded: Data(text.prefix { $0 != UInt8(ascii: "\n") })),
      secret.count == secretBytes,
      let key = try? await DevelopmentKey(secret: SymmetricKey(data: secret))
    else { throw .damaged(path: file.path) }
    return key
  }

  /// The key of a data folder, which must exist; made there if there is none.
  ///
  /// Two processes that do this at once get the same key.
  public static func loadOrCreate(
    folder: String
  ) async throws(DevelopmentKeyError) -> DevelopmentKey {
    let file = OwnerOnlyFile(path: path(in: folder))
    if try file.read(bytesMax: 256) == nil {
      let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
      try file.create(with: Array(secret.base64EncodedData()) + [UInt8(ascii: "\n")])
    }
    return try await load(folder: folder)
  }

  func sign(_ claims: TokenClaims) async throws -> String {
    try await signers.sign(claims, kid: JWKIdentifier(string: Self.identifier))
  }
}
