public import NIOCore

/// What a stream sends to a peer that grants credit: at once while there is enough, else kept in
/// order until there is.
public struct OutboundFlow: Sendable {
  private var window: SendWindow
  private var waiting: [ByteBuffer] = []
  private var firstWaiting = 0
  /// Bytes of messages that wait for credit, each with what it takes beside its bytes.
  public private(set) var waitingBytes = 0

  /// - Parameter windowSize: bytes that the peer takes before it has granted more.
  public init(windowSize: Int) {
    window = SendWindow(size: windowSize)
  }

  /// Whether nothing waits.
  public var isEmpty: Bool { firstWaiting == waiting.count }

  /// Whether another message is welcome.
  public var hasCredit: Bool { isEmpty && window.credit > 0 }

  /// Takes the next message of the stream.
  ///
  /// - Returns: true when it must be sent now; false when it is kept.
  public mutating func take(_ payload: ByteBuffer) -> Bool {
    if isEmpty && window.admits(payload.readableBytes) {
      window.sent(payload.readableBytes)
      return true
    }
    waiting.append(Self.compact(payload))
    waitingBytes += payload.readableBytes + InboundFlow.messageCost
    return false
  }

  /// A small message that waits must not keep the large buffer that it was encoded into.
  private static func compact(_ payload: ByteBuffer) -> ByteBuffer {
    let spare = payload.storageCapacity - payload.readableBytes
    return spare <= payload.readableBytes + InboundFlow.messageCost
      ? payload : ByteBuffer(bytes: payload.readableBytesView)
  }

  /// The peer has granted more.
  public mutating func granted(_ byteCount: Int) {
    window.granted(byteCount)
  }

  /// The next message that has waited and may be sent now.
  public mutating func next() -> ByteBuffer? {
    guard !isEmpty, window.admits(waiting[firstWaiting].readableBytes) else { return nil }
    let payload = waiting[firstWaiting]
    waiting[firstWaiting] = ByteBuffer()
    firstWaiting += 1
    if isEmpty {
      waiting.removeAll()
      firstWaiting = 0
    }
    window.sent(payload.readableBytes)
    waitingBytes -= payload.readableBytes + InboundFlow.messageCost
    return payload
  }
}
