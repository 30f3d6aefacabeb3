import RPC

extension ClientConnection: ChannelConnection {
  public var isAcceptingCalls: Bool { isActive }

  public func events() -> AsyncStream<ConnectionEvent> {
    let (events, feed) = AsyncStream<ConnectionEvent>.makeStream()
    Task {
      await waitUntilClosed()
      feed.yield(.closed)
      feed.finish()
    }
    return events
  }
}
