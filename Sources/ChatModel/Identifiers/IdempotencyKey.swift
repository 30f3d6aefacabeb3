/// A caller's own name for one request, by which a repetition is recognised.
///
/// 1...128 bytes without control characters; it counts within one user.
public struct IdempotencyKey: Hashable, Sendable {
  public let rawValue: String

  /// Takes `text` as a key, or returns nil if it is not one.
  public init?(_ text: String) {
    guard (1...128).contains(text.utf8.count), !ControlCharacters.occur(in: text) else {
      return nil
    }
    self.rawValue = text
  }
}
