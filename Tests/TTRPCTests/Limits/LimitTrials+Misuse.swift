import NIOCore
import RPC
import TTRPC
import TTRPCWire

extension LimitTrials {
  static let misuse: [ServerLimit: LimitTrial] = [
    .violationsPerConnection: LimitTrial(.closed, [.violationsPerConnection: 3]) { stage, excess in
      let peer = try stage.peer()
      for _ in 0..<3 + excess { peer.send(.frame(2, .request)) }
      return peer.outcome
    },
    .automaticAnswers: LimitTrial(.closed, [.automaticAnswers: 3]) { stage, excess in
      let peer = try stage.peer()
      // In one read, so that none of the answers has been taken yet.
      var frames = ByteBuffer()
      for _ in 0..<3 + excess { frames.writeImmutableBuffer(.frame(2, .request)) }
      peer.send(frames)
      return peer.outcome
    },
    .emptyFrames: LimitTrial(.closed, [.emptyFrames: 2, .violationsPerConnection: 0]) {
      stage,
      excess in
      let peer = try stage.peer()
      peer.open("Sink", 1)
      for _ in 0..<2 + excess { peer.send(.frame(1, .data, .noData)) }
      return peer.outcome
    },
    .skippedBytes: LimitTrial(.closed, [.skippedBytes: 300, .frameBytes: 50]) { stage, excess in
      let peer = try stage.peer()
      for byteCount in [100, 200 + excess] {
        peer.send(.frame(0, .data, [], ByteBuffer(repeating: 0, count: byteCount)))
      }
      return peer.outcome
    },
    .cancelBurst: LimitTrial(.closed, [.cancelBurst: 2]) { stage, excess in
      let peer = try stage.negotiated()
      for number in 0..<UInt32(2 + excess) { peer.callAndCancel(2 * number + 3) }
      return peer.outcome
    },
    .cancelsPerSecond: LimitTrial(.closed, [.cancelBurst: 1, .cancelsPerSecond: 2]) {
      stage,
      excess in
      let peer = try stage.negotiated()
      peer.callAndCancel(3)
      stage.test.advance(.milliseconds(500))
      peer.callAndCancel(5)
      stage.test.advance(.milliseconds(500 - Int64(excess)))
      peer.callAndCancel(7)
      return peer.outcome
    },
    .pingBurst: LimitTrial(.closed, [.pingBurst: 2]) { stage, excess in
      let peer = try stage.negotiated()
      for _ in 0..<2 + excess { peer.ping() }
      return peer.outcome
    },
    .pingsPerSecond: LimitTrial(.closed, [.pingBurst: 1, .pingsPerSecond: 2]) { stage, excess in
      let peer = try stage.negotiated()
      peer.ping()
      stage.test.advance(.milliseconds(500))
      peer.ping()
      stage.test.advance(.milliseconds(500 - Int64(excess)))
      peer.ping()
      return peer.outcome
    },
  ]
}

extension PeerOnTestLoop {
  fileprivate func callAndCancel(_ id: UInt32) {
    call("Hold", id)
    send(.frame(id, .cancel))
  }
}
