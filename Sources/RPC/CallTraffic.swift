/// What a call has carried: bytes of messages, without their envelopes and frames.
public struct CallTraffic: Sendable, Hashable {
  public var receivedBytes: Int
  public var sentBytes: Int

  public init(receivedBytes: Int = 0, sentBytes: Int = 0) {
    self.receivedBytes = receivedBytes
    self.sentBytes = sentBytes
  }
}
