import ChatModel
import Crypto
import Foundation
import Identity
import Logging
import Synchronization

/// A verifier that stands still at 1000 s, and the key whose tokens it takes.
struct TokenFixture: Sendable {
  static let now = Timestamp(milliseconds: 1_000_000)

  let verifier: TokenVerifier

  private static let prepared = Mutex<TokenFixture?>(nil)

  /// The key is always the same, so that what a fuzzer found stays signed.
  private static let key = Result {
    try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: 7, count: 32))
  }

  /// Verifiers are made asynchronously, and fuzz targets cannot wait.
  static func prepare() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "wardline-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let x = base64URL(try key.get().publicKey.rawRepresentation)
    let file = folder.appending(path: "keys.json")
    try Data(#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"\#(x)"}]}"#.utf8).write(
      to: file
    )
    let fixture = TokenFixture(
      verifier: try await TokenVerifier(
        keys: .keyFile(path: file.path),
        rules: TokenRules(audience: "wardline"),
        logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() },
        now: { now }
      )
    )
    prepared.withLock { $0 = fixture }
  }

  static func get() throws -> TokenFixture {
    guard let fixture = prepared.withLock({ $0 }) else {
      throw FuzzFinding(description: "FuzzTarget.prepare() was not called")
    }
    return fixture
  }

  static func token(header: [UInt8], claims: [UInt8]) throws -> String {
    let signed = base64URL(Data(header)) + "." + base64URL(Data(claims))
    return signed + "." + base64URL(try key.get().signature(for: Data(signed.utf8)))
  }

  private static func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
