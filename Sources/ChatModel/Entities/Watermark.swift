/// How far a participant has got: every message up to a number, and when that was.
public struct Watermark: Hashable, Sendable, Codable {
  public var upTo: MessageSequence
  /// When the watermark last moved, nil if it never did.
  public var movedAt: Timestamp?

  /// Before the first message.
  public static let start = Watermark(upTo: .zero, movedAt: nil)

  public init(upTo: MessageSequence, movedAt: Timestamp?) {
    self.upTo = upTo
    self.movedAt = movedAt
  }
}
