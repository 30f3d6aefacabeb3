/// What a stream has received and its reader has not taken yet.
///
/// Decides when to grant more to a peer that knows windows, and says when so much is waiting that
/// the connection must not be read any further.
public struct InboundFlow: Sendable, Hashable {
  /// What a waiting message takes beside its bytes, so that empty ones are not free.
  public static let messageCost = 64

  /// Bytes above which the stream is full.
  public let highWatermark: Int
  private var window: ReceiveWindow?
  /// Memory that waits for the reader, in bytes.
  public private(set) var waiting = 0
  /// Whether too much is waiting. It stays so until half has been taken.
  public private(set) var isFull = false

  /// The stream of a peer that knows no windows.
  public init(highWatermark: Int) {
    self.highWatermark = max(1, highWatermark)
  }

  /// The stream of a peer with a window. It is full only when the peer sends more than it may, or
  /// very many tiny messages: one message larger than the window is allowed for.
  public init(window size: Int, messageLengthMax: Int) {
    let window = ReceiveWindow(size: size)
    highWatermark = window.size + messageLengthMax + Self.messageCost
    self.window = window
  }

  /// Bytes that were taken and not granted yet.
  public var ungranted: Int { window?.ungranted ?? 0 }

  /// A message has arrived and waits.
  public mutating func received(_ byteCount: Int) {
    waiting += byteCount + Self.messageCost
    if waiting > highWatermark { isFull = true }
  }

  /// The reader has taken messages.
  ///
  /// - Returns: bytes to grant to the peer now; nil for none.
  public mutating func consumed(bytes: Int, messages: Int) -> Int? {
    waiting -= bytes + messages * Self.messageCost
    if waiting <= highWatermark / 2 { isFull = false }
    return window?.consumed(bytes) ?? nil
  }

  /// What is left to grant, when it is time to.
  public mutating func grantAll() -> Int? {
    window?.grantAll() ?? nil
  }
}
