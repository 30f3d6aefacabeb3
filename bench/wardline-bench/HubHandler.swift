import BenchAPI
import NIOCore
import ProtobufC
import RPC
import Synchronization

/// Fan-out: what is published is encoded once and handed to every subscriber.
///
/// For a server with one loop, on which everything here runs.
final class HubHandler: HubService {
  private let subscriptions = Mutex<[Subscription]>([])

  private struct Subscription {
    let number: Int
    let stream: PushStream<Payload>
  }

  var publish: UnaryHandler<Payload, PublishReply> {
    .inline { payload, _ in
      var message = ByteBuffer()
      try payload.encode(into: &message)
      // Sent outside the lock: a stream that ends while it is sent to comes back for it.
      let subscriptions = self.subscriptions.withLock { $0 }
      let span = subscriptions.span
      for index in span.indices { _ = span[index].stream.send(encoded: message) }
      return PublishReply(subscriptions: UInt32(subscriptions.count))
    }
  }

  var subscribe: ServerStreamHandler<SubscribeRequest, Payload> {
    .deferred { _, _, stream in
      let number = self.subscriptions.withLock {
        let number = ($0.last?.number ?? 0) + 1
        $0.append(Subscription(number: number, stream: stream))
        return number
      }
      stream.onEnd { [self] in
        subscriptions.withLock { list in list.removeAll { $0.number == number } }
      }
      _ = stream.send(Payload())
    }
  }
}
