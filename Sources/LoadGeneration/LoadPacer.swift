import NIOCore

/// When the calls of one connection are made, and how long their answers took.
struct LoadPacer {
  private let pace: LoadPlan.Pace
  private let interval: Double
  private let offset: Double
  private var begin: NIODeadline?
  private var calls = 0
  private var answers = 0
  private var callsUnderWayMax = LoadPlan.callsUnderWayMax
  /// When each call was due, by its number modulo the size.
  private var dueAt = [NIODeadline](
    repeating: .uptimeNanoseconds(0),
    count: LoadPlan.callsUnderWayMax
  )

  /// - Parameter index: which of the connections this is, from 0. They are a fraction of an interval
  ///   apart.
  init(_ plan: LoadPlan, index: Int) {
    pace = plan.pace
    if case .open(let callsPerSecond) = plan.pace {
      interval = 1e9 / callsPerSecond * Double(plan.connections)
    } else {
      interval = 0
    }
    offset = interval * Double(index) / Double(plan.connections)
  }

  var hasBegun: Bool { begin != nil }

  /// Whether calls are made at their times, whatever the answers do.
  var isOpen: Bool {
    if case .open = pace { true } else { false }
  }

  /// No more calls than that are under way from now on: what the server allows.
  mutating func limit(to callsUnderWayMax: Int) {
    self.callsUnderWayMax = min(callsUnderWayMax, LoadPlan.callsUnderWayMax)
  }

  /// - Returns: the calls to make now.
  mutating func begin(at now: NIODeadline) -> Range<Int> {
    begin = now
    guard case .closed(let inFlight) = pace else { return due(at: now) }
    return add(min(inFlight, callsUnderWayMax), dueAt: now)
  }

  /// The calls of an open loop whose time has come.
  mutating func due(at now: NIODeadline) -> Range<Int> {
    let first = calls
    guard isOpen, let begin else { return first..<first }
    while calls - answers < callsUnderWayMax, calls < Self.callsMax {
      let after = Double(calls) * interval + offset
      // Centuries, or no number at all, for a rate that is next to nothing.
      guard after < 1e18 else { break }
      let due = begin + .nanoseconds(Int64(after))
      if due > now { break }
      _ = add(1, dueAt: due)
    }
    return first..<calls
  }

  /// The answer to a call has come.
  ///
  /// - Returns: its latency and the calls to make now; nil for a call that was never made.
  mutating func answered(
    _ call: Int,
    at now: NIODeadline
  ) -> (latency: TimeAmount, next: Range<Int>)? {
    guard call >= 0, call < calls else { return nil }
    answers += 1
    let latency = now - dueAt[call % LoadPlan.callsUnderWayMax]
    return (latency, add(isOpen ? 0 : 1, dueAt: now))
  }

  /// Streams have odd numbers of 31 bits, and the first one may be a greeting: then there are no more
  /// calls.
  private static let callsMax = (1 << 30) - 2

  private mutating func add(_ wanted: Int, dueAt due: NIODeadline) -> Range<Int> {
    let count = min(wanted, Self.callsMax - calls)
    for number in calls..<calls + count { dueAt[number % LoadPlan.callsUnderWayMax] = due }
    calls += count
    return calls - count..<calls
  }
}
