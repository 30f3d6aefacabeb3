import ChatModel
import Logging
import Synchronization

@testable import Identity

/// A verifier with a key file and a clock of its own, which stands at 1000 s.
final class VerifierUnderTest: Sendable {
  let issuer = Issuer()
  let folder: TestFolder
  let verifier: TokenVerifier
  private let clock = SettableClock()

  init(issuedBy expected: String? = nil) async throws {
    folder = try TestFolder()
    let path = try folder.write(issuer.keySet, to: "keys.json")
    verifier = try await TokenVerifier(
      keys: .keyFile(path: path),
      rules: TokenRules(audience: "wardline", issuer: expected),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now
    )
  }

  func setClock(seconds: Double) { clock.set(Timestamp(milliseconds: Int64(seconds * 1000))) }

  /// What verifying the token ends with: nil if it is good.
  func refusal(of token: String) -> IdentityError? {
    do {
      _ = try verifier.verify(token)
      return nil
    } catch {
      return error
    }
  }

  func refusal(ofClaims claims: String) throws -> IdentityError? {
    refusal(of: try issuer.edwardsToken(claims: claims))
  }
}

final class SettableClock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_000_000))

  var now: @Sendable () -> Timestamp { { self.time.withLock { $0 } } }
  func set(_ moment: Timestamp) { time.withLock { $0 = moment } }
}
