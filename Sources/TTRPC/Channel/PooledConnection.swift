import Synchronization

/// A connection as the pool keeps it.
final class PooledConnection: Sendable {
  let connection: any ChannelConnection
  /// Whether this client has given it up, so that what its calls end with is our doing.
  let isGivenUp = Atomic(false)

  init(_ connection: any ChannelConnection) {
    self.connection = connection
  }
}

/// A call's place on a connection.
struct CallPlace: Sendable {
  let id: Int
  let pooled: PooledConnection

  var connection: any ChannelConnection { pooled.connection }
  var isGivenUp: Bool { pooled.isGivenUp.load(ordering: .sequentiallyConsistent) }
}
