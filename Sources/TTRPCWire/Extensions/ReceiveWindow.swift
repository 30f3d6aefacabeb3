/// When to tell the peer that more stream data is welcome.
///
/// Grants are given in halves of the window, so that small messages do not cost a frame each. What
/// is left over must be granted soon after all the same: the peer may wait for a whole window.
public struct ReceiveWindow: Sendable, Hashable {
  public let size: Int
  /// Bytes that the reader has taken and the peer has not been told of.
  public private(set) var ungranted = 0

  /// - Parameter size: 1 or more; less counts as 1.
  public init(size: Int) {
    self.size = max(1, size)
  }

  /// The reader has taken that many bytes.
  ///
  /// - Returns: what to grant now; nil for nothing yet.
  public mutating func consumed(_ byteCount: Int) -> Int? {
    ungranted += byteCount
    return ungranted >= (size + 1) / 2 ? grantAll() : nil
  }

  /// What is left over, when it is time to grant it; nil when there is nothing.
  public mutating func grantAll() -> Int? {
    if ungranted == 0 { return nil }
    defer { ungranted = 0 }
    return ungranted
  }
}
