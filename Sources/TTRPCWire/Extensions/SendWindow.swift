/// How much stream data the peer is ready to take on a stream.
///
/// A message goes out when it fits, or when the window is whole: one that is larger than the window
/// is sent then, so that no size of message waits for ever.
public struct SendWindow: Sendable, Hashable {
  /// Bytes of a window when nobody says anything else.
  public static let defaultSize = 256 << 10
  /// The most credit that a window holds; more is cut, as no sender needs it.
  public static let creditMax = Int(Int32.max)

  /// Bytes that the peer takes before it has granted more.
  public let size: Int
  /// Bytes that may be sent now; negative after a message that was larger than the window.
  public private(set) var credit: Int

  /// - Parameter size: 1 or more; less counts as 1.
  public init(size: Int) {
    self.size = max(1, min(size, Self.creditMax))
    credit = self.size
  }

  /// Whether a message of that many bytes may be sent now.
  public func admits(_ byteCount: Int) -> Bool {
    byteCount <= credit || credit >= size
  }

  /// A message has been sent.
  public mutating func sent(_ byteCount: Int) {
    credit -= byteCount
  }

  /// The peer has granted more.
  public mutating func granted(_ byteCount: Int) {
    credit = min(credit + byteCount, Self.creditMax)
  }
}
