import NIOCore
import RPC
import TTRPC
import TTRPCWire

extension LimitTrials {
  /// Each limit is a second, of which the last millisecond is what goes beyond it.
  static let time: [ServerLimit: LimitTrial] = [
    .frameTimeout: LimitTrial(.closed, [.frameTimeout: 1_000]) { stage, excess in
      let peer = try stage.peer()
      peer.call("Echo", 1)
      stage.test.advance(.minutes(2))
      peer.send(ByteBuffer(bytes: [0, 0, 0]))
      stage.wait(excess)
      return peer.outcome
    },
    .firstCallTimeout: LimitTrial(.closed, [.firstCallTimeout: 1_000]) { stage, excess in
      let peer = try stage.peer()
      stage.wait(excess)
      return peer.outcome
    },
    .handshakeTimeout: LimitTrial(.closed, [.handshakeTimeout: 1_000]) { stage, excess in
      let options = ListenerOptions(tls: try TLSUnderTest().tls)
      let peer = try stage.test.peer(options: options)
      peer.send(ByteBuffer(bytes: [0x16, 3, 1]))
      stage.wait(excess)
      return peer.outcome
    },
    .unreadTimeout: LimitTrial(
      .closed,
      [.unreadTimeout: 1_000, .outboundHighWatermark: 1_024]
    ) { stage, excess in
      let peer = try stage.peer()
      peer.call("Echo", 1)
      stage.test.advance(.minutes(2))
      peer.reads(false)
      stage.wait(excess)
      return peer.outcome
    },
    .idleTimeout: LimitTrial(.closed, [.idleTimeout: 1_000]) { stage, excess in
      let peer = try stage.peer()
      stage.test.advance(.milliseconds(900))
      peer.call("Echo", 1)
      stage.wait(excess)
      return peer.outcome
    },
    .stallTimeout: LimitTrial(
      .refused(.resourceExhausted),
      [.stallTimeout: 1_000, .inboundBytesPerStream: 100]
    ) { stage, excess in
      let peer = try stage.peer()
      peer.open("Sink", 1)
      peer.message(1, 200)
      stage.wait(excess)
      return peer.outcome(1)
    },
    .keepaliveInterval: LimitTrial(.asked, [.keepaliveInterval: 1_000]) { stage, excess in
      let peer = try stage.negotiated()
      stage.wait(excess)
      return peer.frames(of: 0).contains { $0.header.type == .ping } ? .asked : .nothing
    },
    .keepaliveTimeout: LimitTrial(.closed, [.keepaliveTimeout: 1_000]) { stage, excess in
      let peer = try stage.negotiated()
      stage.test.advance(.seconds(30))
      stage.wait(excess)
      return peer.outcome
    },
  ]
}

extension LimitTrial.Stage {
  fileprivate func wait(_ excess: Int) {
    test.advance(.milliseconds(999 + Int64(excess)))
  }
}
