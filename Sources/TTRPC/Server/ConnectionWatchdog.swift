import NIOCore

/// Finds connections that never complete a frame, that do not take their answers, or that nobody
/// uses.
///
/// It looks eight times in each time limit instead of setting a timer for every frame, so a limit
/// takes effect up to a quarter of itself late.
struct ConnectionWatchdog {
  enum Verdict: Equatable {
    case fine
    case stuckInFrame
    case unread
    case idle
  }

  /// What the connection looks like at the moment.
  struct View {
    /// A frame has begun, is not complete, and the server would read more of it.
    var isInsideFrame: Bool
    /// As much as may wait for the peer is waiting.
    var isUnread: Bool
    /// A handler is running or a stream is open.
    var isBusy: Bool
  }

  private var framesReceived = 0
  private var framesSeen = 0
  private var insideSince: NIODeadline?
  private var unreadSince: NIODeadline?
  private var idleSince: NIODeadline?
  private var lastFrameAt: NIODeadline?
  private let limits: Limits
  private var timer: RepeatedTask?

  struct Limits {
    var frame: TimeAmount
    var unread: TimeAmount
    var idle: TimeAmount
  }

  init(_ limits: Limits) {
    self.limits = limits
  }

  mutating func start(
    on loop: any EventLoop,
    _ look: @escaping @Sendable () -> Void
  ) {
    guard timer == nil else { return }
    let shortest = min(limits.frame, limits.unread, limits.idle)
    let interval = TimeAmount.nanoseconds(max(1_000_000, shortest.nanoseconds / 8))
    timer = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in look() }
  }

  mutating func stop() {
    timer?.cancel()
    timer = nil
  }

  mutating func frameReceived() {
    framesReceived &+= 1
  }

  mutating func verdict(now: NIODeadline, _ view: View) -> Verdict {
    let hasProgressed = framesReceived != framesSeen
    framesSeen = framesReceived
    if hasProgressed || lastFrameAt == nil { lastFrameAt = now }
    if Self.isOver(limits.frame, &insideSince, now, view.isInsideFrame && !hasProgressed) {
      return .stuckInFrame
    }
    if Self.isOver(limits.unread, &unreadSince, now, view.isUnread) { return .unread }
    if Self.isOver(limits.idle, &idleSince, now, !view.isBusy && !hasProgressed) { return .idle }
    return .fine
  }

  /// Time without a frame, as of the last look.
  func silence(at now: NIODeadline) -> TimeAmount {
    lastFrameAt.map { now - $0 } ?? .zero
  }

  /// Whether something has lasted for as long as it may.
  private static func isOver(
    _ limit: TimeAmount,
    _ since: inout NIODeadline?,
    _ now: NIODeadline,
    _ lasts: Bool
  ) -> Bool {
    guard lasts else {
      since = nil
      return false
    }
    guard let start = since else {
      since = now
      return false
    }
    return now - start >= limit
  }
}
