extension ClientConnection: ChannelConnection {
  public func events() -> AsyncStream<ConnectionEvent> {
    AsyncStream { feed in
      onStateChange { state in
        switch state {
        case .active: break
        case .goingAway(let pause): feed.yield(.goingAway(retryAfter: pause))
        case .closed:
          feed.yield(.closed)
          feed.finish()
        }
      }
    }
  }
}
