import NIOCore

/// Lets the connections of one loop look for calls that are due. It never leaves that loop.
///
/// A timer for each connection would not do: a loop reads from no socket while there is a task whose
/// time has come, and with several timers, each look would take long enough for the next one.
final class LoadTicker {
  /// How often an open loop looks for calls that are due.
  static let interval = TimeAmount.microseconds(50)

  private let loop: any EventLoop
  private var looks: [Int: () -> Void] = [:]
  private var isTicking = false

  init(on loop: any EventLoop) {
    self.loop = loop
  }

  /// - Parameters:
  ///   - index: which of the connections looks.
  ///   - look: called until `remove`.
  func add(_ index: Int, _ look: @escaping () -> Void) {
    looks[index] = look
    if !isTicking { schedule() }
  }

  func remove(_ index: Int) {
    looks[index] = nil
  }

  private func schedule() {
    isTicking = true
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: Self.interval) { bound.value.tick() }
  }

  private func tick() {
    isTicking = false
    if looks.isEmpty { return }
    for look in looks.values { look() }
    schedule()
  }
}
