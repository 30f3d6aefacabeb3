import BenchAPI
import NIOCore
import ProtobufC
import RPC
import Synchronization

/// Fan-out: what is published is encoded once, and what has been published in one turn of the loop is
/// handed to every subscriber at once.
///
/// For a server with one loop, on which everything here runs.
final class HubHandler: HubService {
  private let subscriptions = Mutex<[Subscription]>([])
  private let published = Mutex<[ByteBuffer]>([])

  private struct Subscription {
    let number: Int
    let stream: PushStream<Payload>
  }

  var publish: UnaryHandler<Payload, PublishReply> {
    .inline { payload, context in
      var message = ByteBuffer()
      try payload.encode(into: &message)
      let isFirst = self.published.withLock { published in
        published.append(message)
        return published.count == 1
      }
      if isFirst { context.eventLoop.execute { self.deliver() } }
      return PublishReply(subscriptions: UInt32(self.subscriptions.withLock { $0.count }))
    }
  }

  private func deliver() {
    let messages = published.withLock { published in
      defer { published.removeAll(keepingCapacity: true) }
      return published
    }
    // Sent outside the lock: a stream that ends while it is sent to comes back for it.
    let subscriptions = subscriptions.withLock { $0 }
    for subscription in subscriptions { _ = subscription.stream.send(encoded: messages) }
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
