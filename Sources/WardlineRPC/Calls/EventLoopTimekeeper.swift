public import ChatService
public import NIOCore

/// The time of an event loop, for what is ephemeral.
public struct EventLoopTimekeeper: Timekeeper {
  private let loop: any EventLoop

  public init(_ loop: any EventLoop) {
    self.loop = loop
  }

  public var now: Duration { .nanoseconds(Int64(clamping: loop.now.uptimeNanoseconds)) }

  public func call(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
    loop.scheduleTask(in: TimeAmount(delay), work)
  }
}
