public import ChatModel
import ChatRepository
import Synchronization

/// Tells every event loop that has subscribers what was committed. Never waits for any of them.
public final class EventHub: Sendable {
  private let loops = Mutex<[ObjectIdentifier: LoopHub]>([:])
  private let observers = Mutex<[CommitListener]>([])

  public init() {}

  /// Passes committed events on. This is the repository's commit listener: it is called on the
  /// writer's thread with all events, in order and without gaps.
  public func committed(_ events: [Event]) {
    for observer in observers.withLock({ $0 }) { observer(events) }
    let interested = loops.withLock { loops in loops.values.filter { !$0.isEmpty } }
    if interested.isEmpty || events.isEmpty { return }
    let live = events.map(LiveEvent.init)
    for loop in interested { loop.executor.execute { loop.committed(live) } }
  }

  /// Lets somebody hear of every commit before the subscribers do. Must not block.
  func observe(_ observer: @escaping CommitListener) {
    observers.withLock { $0.append(observer) }
  }

  /// Tells users something ephemeral, by those of their subscriptions that are live. It comes after
  /// what was committed before the call, and before what is committed after it.
  func push(_ ephemeral: LiveEphemeral, to users: some Collection<UserID>) {
    if users.isEmpty { return }
    let users = Array(users)
    let interested = loops.withLock { loops in loops.values.filter { !$0.isEmpty } }
    for loop in interested { loop.executor.execute { loop.push(ephemeral, to: users) } }
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
