import NIOCore
import RPC
import TTRPC
import TTRPCWire

extension LimitTrials {
  /// What a message of so many bytes counts for while it waits.
  private static func waiting(_ byteCount: Int) -> Int { byteCount + InboundFlow.messageCost }

  static let bytes: [ServerLimit: LimitTrial] = [
    // One whole message more than the window may be under way.
    .initialWindow: LimitTrial(
      .heldBack,
      [.initialWindow: 1_000, .frameBytes: 500, .inboundBytesPerStream: 1]
    ) { stage, excess in
      let peer = try stage.negotiated()
      peer.open("Sink", 3)
      let (small, large) = (500 - InboundFlow.messageCost, 500)
      for byteCount in [small, small + excess, large] { peer.message(3, byteCount) }
      return peer.readOutcome(5)
    },
    .inboundBytesPerStream: LimitTrial(.heldBack, [.inboundBytesPerStream: waiting(100)]) {
      stage,
      excess in
      let peer = try stage.peer()
      peer.open("Sink", 1)
      peer.message(1, 100 + excess)
      return peer.readOutcome(3)
    },
    .inboundBytesPerConnection: LimitTrial(
      .heldBack,
      [.inboundBytesPerConnection: 2 * waiting(100)]
    ) { stage, excess in
      let peer = try stage.peer()
      for id: UInt32 in [1, 3] { peer.open("Sink", id) }
      peer.message(1, 100)
      peer.message(3, 100 + excess)
      return peer.readOutcome(5)
    },
    .outboundBytesPerStream: LimitTrial(
      .refused(.resourceExhausted),
      [.outboundBytesPerStream: 100]
    ) { stage, excess in
      let peer = try stage.peer()
      peer.call("Push", 1)
      peer.reads(false)
      // The first tells the writer to wait; it goes on all the same.
      for byteCount in [1, 100 - FrameHeader.length + excess] {
        for stream in stage.streams.value { _ = stream.send(Bytes(count: byteCount)) }
      }
      return peer.outcome(1)
    },
    // How many bytes these are is the socket's to know: see `ByteLimitTests`.
    .outboundHighWatermark: LimitTrial(.heldBack, [.outboundHighWatermark: 1_024]) {
      stage,
      excess in
      let peer = try stage.peer()
      peer.call("Echo", 1)
      if excess > 0 { peer.reads(false) }
      return peer.readOutcome(3)
    },
    .outboundBytesPerConnection: LimitTrial(.closed, [.outboundBytesPerConnection: 1_000]) {
      stage,
      excess in
      let peer = try stage.negotiated(window: 1)
      peer.call("Push", 3)
      // The first uses up the window, the second waits for a grant.
      for byteCount in [1, 1_000 - InboundFlow.messageCost + excess] {
        for stream in stage.streams.value { _ = stream.send(Bytes(count: byteCount)) }
      }
      return peer.outcome
    },
  ]
}
