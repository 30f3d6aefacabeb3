/// How much a stream's sender may send while the peer may still come to agree on windows.
///
/// Until then everything may be sent, and is counted: the window that is agreed on counts it too.
public struct DeferredSendWindow: Sendable, Hashable {
  /// Bytes sent before there was a window.
  private var sentFreely = 0
  private var window: SendWindow?

  public init() {}

  /// The peer grants what it takes from now on. Only the first agreement counts.
  ///
  /// - Parameter size: bytes that the peer takes on the stream, from its beginning, before it has
  ///   granted more.
  public mutating func windowAgreed(size: Int) {
    if window != nil { return }
    var window = SendWindow(size: size)
    window.sent(sentFreely)
    self.window = window
  }

  /// Whether a message of that many bytes may be sent now.
  public func admits(_ byteCount: Int) -> Bool {
    window?.admits(byteCount) ?? true
  }

  /// A message has been sent.
  public mutating func sent(_ byteCount: Int) {
    if window == nil { sentFreely += byteCount } else { window?.sent(byteCount) }
  }

  /// The peer has granted more.
  public mutating func granted(_ byteCount: Int) {
    window?.granted(byteCount)
  }
}
