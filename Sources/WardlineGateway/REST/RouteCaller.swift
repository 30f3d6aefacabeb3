import NIOCore
import RPC
import WardlineAPI

/// Whoever sends a request, and where it comes from: what calls of the chat are made with.
struct RouteCaller: Sendable {
  let calls: InProcessCalls
  let connection: ConnectionContext
  let metadata: Metadata
  /// Whether what proved who it is counts still; nil when only the chat knows.
  let counts: (@Sendable () -> Bool)?

  var api: ChatAPI { ChatAPI(transport: calls.transport(from: connection, metadata: metadata)) }

  /// The events, as a stream that counts among those of the user.
  func events(in stream: OpenStream) -> EventsClient<InProcessTransport> {
    let connection = ConnectionContext(
      eventLoop: connection.eventLoop,
      remoteAddress: connection.remoteAddress,
      claim: { stream.claim(for: $0) }
    )
    return EventsClient(calls.transport(from: connection, metadata: metadata))
  }
}
