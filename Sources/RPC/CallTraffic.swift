/// What a call has carried: bytes of messages, without their envelopes and frames.
public struct CallTraffic: Sendable, Hashable {
  public var receivedBytes = 0
  public var sentBytes = 0

  public init() {}
}
