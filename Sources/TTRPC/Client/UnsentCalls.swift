import NIOCore

/// Calls whose Requests wait until the server reads, in order.
struct UnsentCalls {
  private var calls: CircularBuffer<PendingCall> = []
  /// Calls among them that have ended meanwhile.
  private var endedCount = 0

  var isEmpty: Bool { calls.isEmpty }

  mutating func append(_ call: PendingCall) {
    calls.append(call)
  }

  /// The first one that has not ended.
  mutating func popFirst() -> PendingCall? {
    while let call = calls.popFirst() {
      if !call.isEnded { return call }
      endedCount -= 1
    }
    return nil
  }

  /// One of the calls has ended. They are let go in bulk, for each is looked for in vain otherwise.
  mutating func callEnded() {
    endedCount += 1
    if endedCount <= calls.count / 2 { return }
    calls.removeAll { $0.isEnded }
    endedCount = 0
  }
}
