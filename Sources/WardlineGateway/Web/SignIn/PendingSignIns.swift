import ChatModel
import Crypto
import NIOCore
import OpenIDConnect
import Synchronization

/// Sign-ins that have gone to an issuer and not come back. The browser in which one began keeps it,
/// sealed: nobody else has it, and nobody can make the server forget it by beginning many others.
///
/// Each counts once, for ten minutes, and until the server stops.
final class PendingSignIns: Sendable {
  struct Pending: Sendable {
    let attempt: AuthorizationAttempt
    let path: AppPath
    fileprivate let provider: String
    fileprivate let endsAt: Timestamp
  }

  /// Those that have come back and would still count, by their states; the oldest first.
  private struct Spent {
    var hashes: Set<SHA256Digest> = []
    var order: CircularBuffer<(hash: SHA256Digest, endsAt: Timestamp)> = []
  }

  private let spent = Mutex(Spent())
  private let key = SymmetricKey(size: .bits256)
  private let names: RandomNames
  private let now: @Sendable () -> Timestamp

  init(names: RandomNames, now: @escaping @Sendable () -> Timestamp) {
    self.names = names
    self.now = now
  }

  /// Begins one.
  ///
  /// - Returns: what goes to the issuer, and what the browser is to keep; nil if it cannot be sealed.
  func begin(
    with provider: String,
    redirectURI: String,
    path: AppPath
  ) -> (attempt: AuthorizationAttempt, sealed: String)? {
    let attempt = AuthorizationAttempt(
      state: names.next(),
      nonce: names.next(),
      codeVerifier: names.next(),
      redirectURI: redirectURI
    )
    let pending = Pending(
      attempt: attempt,
      path: path,
      provider: provider,
      endsAt: Timestamp(milliseconds: now().milliseconds + Self.lifetimeSeconds * 1000)
    )
    return seal(pending.text).map { (attempt, $0) }
  }

  /// Takes one that has come back; nil unless it began with this provider in this browser lately, and
  /// has not come back before.
  ///
  /// - Parameter sealed: what the browser has kept of it.
  func take(_ state: String, of provider: String, from sealed: String) -> Pending? {
    guard let text = unseal(sealed), let pending = Pending(text: text),
      pending.provider == provider, pending.attempt.state == state
    else { return nil }
    let now = now()
    guard now < pending.endsAt else { return nil }
    let hash = SHA256.hash(data: Array(state.utf8))
    let isFirst = spent.withLock { spent in
      Self.forget(&spent, now)
      guard spent.hashes.insert(hash).inserted else { return false }
      spent.order.append((hash, pending.endsAt))
      return true
    }
    return isFirst ? pending : nil
  }

  /// Those that count no more anyway, and more than there may be: the issuer takes no code twice.
  private static func forget(_ spent: inout Spent, _ now: Timestamp) {
    while let oldest = spent.order.first,
      oldest.endsAt <= now || spent.order.count >= spentMax
    {
      spent.hashes.remove(oldest.hash)
      spent.order.removeFirst()
    }
  }

  // MARK: Seals

  private func seal(_ text: String) -> String? {
    guard let box = try? AES.GCM.seal(Array(text.utf8), using: key) else { return nil }
    return HexDigits.text(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
  }

  private func unseal(_ sealed: String) -> String? {
    guard let bytes = HexDigits.bytes(sealed), bytes.count >= Self.nonceBytes + Self.tagBytes,
      let nonce = try? AES.GCM.Nonce(data: bytes.prefix(Self.nonceBytes)),
      let box = try? AES.GCM.SealedBox(
        nonce: nonce,
        ciphertext: bytes.dropFirst(Self.nonceBytes).dropLast(Self.tagBytes),
        tag: bytes.suffix(Self.tagBytes)
      ),
      let text = try? AES.GCM.open(box, using: key)
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  private static let nonceBytes = 12
  private static let tagBytes = 16

  static let lifetimeSeconds: Int64 = 600
  private static let spentMax = 10_000
}

// What is sealed: lines, of which none can hold the end of one.
extension PendingSignIns.Pending {
  fileprivate var text: String {
    [
      provider, attempt.state, attempt.nonce, attempt.codeVerifier, attempt.redirectURI, path.text,
      String(endsAt.milliseconds),
    ].joined(separator: "\n")
  }

  fileprivate init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 7, let path = AppPath(lines[5]), let milliseconds = Int64(lines[6]) else {
      return nil
    }
    self.init(
      attempt: AuthorizationAttempt(
        state: lines[1],
        nonce: lines[2],
        codeVerifier: lines[3],
        redirectURI: lines[4]
      ),
      path: path,
      provider: lines[0],
      endsAt: Timestamp(milliseconds: milliseconds)
    )
  }
}
