import NIOCore

/// Finds connections that never complete a frame or that nobody uses.
///
/// It looks a few times in each time limit instead of setting a timer for every frame, so a limit
/// takes effect up to a quarter of itself late.
struct ConnectionWatchdog {
  enum Verdict: Equatable {
    case fine
    case stuckInFrame
    case idle
  }

  /// Whether a frame has begun and is not complete.
  var isInsideFrame = false
  private var framesReceived = 0
  private var framesSeen = 0
  private var insideSince: NIODeadline?
  private var idleSince: NIODeadline?
  private var frameTimeout = TimeAmount.zero
  private var idleTimeout = TimeAmount.zero
  private var timer: RepeatedTask?

  mutating func start(
    on loop: any EventLoop,
    frameTimeout: TimeAmount,
    idleTimeout: TimeAmount,
    _ look: @escaping @Sendable () -> Void
  ) {
    guard timer == nil else { return }
    self.frameTimeout = frameTimeout
    self.idleTimeout = idleTimeout
    let interval = TimeAmount.nanoseconds(
      max(1_000_000, min(frameTimeout, idleTimeout).nanoseconds / 4)
    )
    timer = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in look() }
  }

  mutating func stop() {
    timer?.cancel()
    timer = nil
  }

  mutating func frameReceived() {
    framesReceived &+= 1
  }

  mutating func verdict(now: NIODeadline, isBusy: Bool) -> Verdict {
    let hasProgressed = framesReceived != framesSeen
    framesSeen = framesReceived
    if hasProgressed || !isInsideFrame {
      insideSince = nil
    } else if let insideSince {
      if now - insideSince >= frameTimeout { return .stuckInFrame }
    } else {
      insideSince = now
    }
    if hasProgressed || isBusy {
      idleSince = nil
    } else if let idleSince {
      if now - idleSince >= idleTimeout { return .idle }
    } else {
      idleSince = now
    }
    return .fine
  }
}
