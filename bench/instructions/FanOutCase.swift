import BenchAPI
import NIOCore
import RPC
import Synchronization
import TTRPC

extension InstructionCase {
  private static let streamCount = 100

  static let fanOut = InstructionCase(
    name: "fan-out-100",
    what: "write one encoded event of 128 bytes to 100 streams of a connection"
  ) {
    let subscribers = Subscribers()
    let subscribe = MethodDescriptor(
      service: "wardline.bench.v1.Feed",
      name: "Subscribe",
      kind: .serverStreaming
    )
    let handler = ServerStreamHandler<Payload, Payload>.deferred { _, _, stream in
      subscribers.streams.withLock { $0.append(stream) }
    }
    let server = try EmbeddedServer([.serverStreaming(subscribe, handler)])
    _ = try server.exchange(EchoRequest.frames(subscribe, count: streamCount))
    let streams = subscribers.streams.withLock { $0 }
    let event = ByteBuffer(repeating: 0x5a, count: 128)
    return { count in
      var sum = 0
      for _ in 0..<count {
        let span = streams.span
        for index in span.indices where span[index].send(encoded: event) != .closed { sum &+= 1 }
        sum &+= try server.answers()
      }
      return sum
    }
  }

  private final class Subscribers: Sendable {
    let streams = Mutex<[PushStream<Payload>]>([])
  }
}
