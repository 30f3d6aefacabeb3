import NIOCore
import ProtobufC
import RPC
import TTRPC
import TTRPCWire

extension LimitTrials {
  static let calls: [ServerLimit: LimitTrial] = [
    .frameBytes: LimitTrial(.refused(.resourceExhausted), [.frameBytes: 100]) { stage, excess in
      let peer = try stage.peer()
      peer.send(request(dataLength: 100 + excess))
      return peer.outcome(1)
    },
    .metadataEntries: LimitTrial(.refused(.invalidArgument), [.metadataEntries: 3]) {
      stage,
      excess in
      let peer = try stage.peer()
      let entries = (0..<3 + excess).map { ("k\($0)", "v") }
      peer.send(RequestBytes(method: "Echo", metadata: entries).frame(1))
      return peer.outcome(1)
    },
    .metadataBytes: LimitTrial(.refused(.invalidArgument), [.metadataBytes: 10]) { stage, excess in
      let peer = try stage.peer()
      let value = String(repeating: "v", count: 9 + excess)
      peer.send(RequestBytes(method: "Echo", metadata: [("k", value)]).frame(1))
      return peer.outcome(1)
    },
    .handlersPerConnection: LimitTrial(
      .refused(.resourceExhausted),
      [.handlersPerConnection: 2]
    ) { stage, excess in
      let peer = try stage.peer()
      for number in 0..<UInt32(2 + excess) { peer.call("Hold", 2 * number + 1) }
      return peer.outcome(5)
    },
    .deadline: LimitTrial(.cut, [.deadline: 1_000]) { stage, excess in
      let peer = try stage.peer()
      peer.call("Hold", 1, timeoutNanoseconds: 1_000_000_000 + Int64(excess))
      stage.test.advance(.seconds(1))
      let isEarly = peer.code(1) == .deadlineExceeded && excess > 0
      return isEarly ? .cut : .nothing
    },
    .decodingFactor: decoding {
      DecodingBudget(perInputByte: $0, fixedBytes: 1)
    } set: {
      ($0.decodingFactor, $0.decodingBytes) = ($1, 1)
    },
    .decodingBytes: decoding {
      DecodingBudget(perInputByte: 0, fixedBytes: $0)
    } set: {
      ($0.decodingFactor, $0.decodingBytes) = (0, $1)
    },
    .opensPerSecond: LimitTrial(.refused(.resourceExhausted), [.opensPerSecond: 3]) {
      stage,
      excess in
      let peer = try stage.peer()
      for number in 0..<UInt32(3 + excess) { peer.call("Echo", 2 * number + 1) }
      return peer.outcome(7)
    },
    // The first call that is refused is the one after as many as may be given up.
    .abandonedOpensPerSecond: LimitTrial(
      .refused(.resourceExhausted),
      [.abandonedOpensPerSecond: 3]
    ) { stage, excess in
      let peer = try stage.peer()
      for number in 0..<UInt32(2 + excess) {
        peer.call("Hold", 2 * number + 1, timeoutNanoseconds: 1)
      }
      stage.test.advance(.nanoseconds(1))
      peer.call("Echo", 7)
      return peer.outcome(7)
    },
  ]

  /// A Request whose data has so many bytes.
  private static func request(dataLength: Int) -> ByteBuffer {
    let shortest = RequestBytes(method: "Echo", payload: ByteBuffer(repeating: 1, count: 1))
    let rest = shortest.frame(1).readableBytes - FrameHeader.length - 1
    let payload = ByteBuffer(repeating: 1, count: dataLength - rest)
    return RequestBytes(method: "Echo", payload: payload).frame(1)
  }

  /// The smallest budget that takes a Request full of metadata, and one less.
  private static func decoding(
    _ budget: (Int) -> DecodingBudget,
    set: @escaping @Sendable (inout ServerConfiguration, Int) -> Void
  ) -> LimitTrial {
    let entries = Array(repeating: ("", ""), count: 60)
    let request = RequestBytes(method: "Echo", metadata: entries).frame(1)
    let data = Array(request.readableBytesView.dropFirst(FrameHeader.length))
    let least = (1...100_000).first { decodes(data, budget($0)) } ?? 0
    return LimitTrial(
      .refused(.resourceExhausted),
      lowering: { set(&$0, least - $1) }
    ) { stage, _ in
      // The test's thread is the loop's, and others use it after.
      defer { DecodingBudget.standard.useOnThisThread() }
      let peer = try stage.peer()
      peer.send(request)
      return peer.outcome(1)
    }
  }

  private static func decodes(_ data: [UInt8], _ budget: DecodingBudget) -> Bool {
    defer { DecodingBudget.standard.useOnThisThread() }
    budget.useOnThisThread()
    return data.withUnsafeBytes { bytes in
      (try? RequestEnvelope.withDecoded(bytes) { _, _ in }) != nil
    }
  }
}
