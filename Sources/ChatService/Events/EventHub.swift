public import ChatModel
import ChatRepository
import Synchronization

/// Tells every event loop that has subscribers what was committed. Never waits for any of them.
public final class EventHub: Sendable {
  private let loops = Mutex<[ObjectIdentifier: LoopHub]>([:])

  public init() {}

  /// Passes committed events on. This is the repository's commit listener: it is called on the
  /// writer's thread with all events, in order and without gaps.
  public func committed(_ events: [Event]) {
    let interested = loops.withLock { loops in loops.values.filter { !$0.isEmpty } }
    if interested.isEmpty || events.isEmpty { return }
    let live = events.map(LiveEvent.init)
    for loop in interested { loop.executor.execute { loop.committed(live) } }
  }

  /// The part of the hub that lives on one loop.
  func loop(of executor: any CompletionExecutor) -> LoopHub {
    loops.withLock { loops in
      if let loop = loops[ObjectIdentifier(executor)] { return loop }
      let loop = LoopHub(executor)
      loops[ObjectIdentifier(executor)] = loop
      return loop
    }
  }

  /// Subscriptions that are open, on all loops.
  public var subscriptionCount: Int {
    loops.withLock { $0.values.reduce(0) { $0 + $1.count } }
  }
}
