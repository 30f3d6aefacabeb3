import NIOCore

/// Finds connections that never send or complete a frame, that do not take their answers, that
/// nobody uses, or whose client is gone.
///
/// It is told when something begins, which costs a few instructions for each read, and says when it
/// is to be looked at: a connection that is idle needs one timer for its whole idle time. It keeps
/// no clock.
struct ConnectionWatchdog {
  enum Verdict: Equatable {
    case fine
    /// Ask the client whether it is there.
    case ping
    /// It has lasted for as long as it may.
    case over(ServerLimit)
  }

  /// What the connection looks like at the moment.
  struct View {
    /// What the peer sends would be read.
    var isReading = true
    /// A handler is running or a stream is open.
    var isBusy = false
    /// The client has agreed on the extensions.
    var answersPings = false
  }

  private let firstFrame: TimeAmount
  private let frame: TimeAmount
  private let unread: TimeAmount
  private let idle: TimeAmount
  private let keepaliveInterval: TimeAmount
  private let keepaliveTimeout: TimeAmount

  private let connectedAt: NIODeadline
  private var lastFrameAt: NIODeadline?
  private var insideSince: NIODeadline?
  private var unreadSince: NIODeadline?
  private var pingSentAt: NIODeadline?
  /// When the last handler and stream ended, or a look found them running.
  private var busyAt: NIODeadline

  init(_ configuration: ServerConfiguration, at now: NIODeadline) {
    firstFrame = configuration.firstCallTimeout
    frame = configuration.frameTimeout
    unread = configuration.unreadTimeout
    idle = configuration.idleTimeout
    keepaliveInterval = configuration.keepaliveInterval
    keepaliveTimeout = configuration.keepaliveTimeout
    connectedAt = now
    busyAt = now
  }

  // MARK: What happens

  /// A read has been handled.
  ///
  /// - Parameter isInsideFrame: a frame has begun and is not complete.
  mutating func passEnded(frames: Int, isInsideFrame: Bool, at time: NIODeadline) {
    if frames > 0 { lastFrameAt = time }
    if !isInsideFrame {
      insideSince = nil
    } else if frames > 0 || insideSince == nil {
      insideSince = time
    }
  }

  /// Reads go on that were held back: what we did not read, the peer could not complete.
  mutating func readsAgain(at time: NIODeadline) {
    if insideSince != nil { insideSince = time }
    if pingSentAt != nil { pingSentAt = time }
  }

  /// As much as may wait for the peer is waiting.
  mutating func unreadBegan(at time: NIODeadline) { unreadSince = time }

  /// The peer has taken enough.
  mutating func unreadEnded() { unreadSince = nil }

  var isUnread: Bool { unreadSince != nil }

  mutating func pingAnswered() { pingSentAt = nil }

  /// No handler runs any more and no stream is open.
  mutating func idleBegan(at time: NIODeadline) { busyAt = time }

  // MARK: Looks

  /// When a frame that has begun, or answers that are not taken, will have lasted too long.
  var earliestEnd: NIODeadline {
    let frameEnd = insideSince.map { $0 + frame } ?? .distantFuture
    return unreadSince.map { min($0 + unread, frameEnd) } ?? frameEnd
  }

  mutating func verdict(now: NIODeadline, _ view: View) -> Verdict {
    if !view.isReading { readsAgain(at: now) }
    if view.isBusy { busyAt = now }
    if lastFrameAt == nil, now - connectedAt >= firstFrame { return .over(.firstCallTimeout) }
    if let insideSince, now - insideSince >= frame { return .over(.frameTimeout) }
    if let unreadSince, now - unreadSince >= unread { return .over(.unreadTimeout) }
    if now - lastUse >= idle { return .over(.idleTimeout) }
    guard view.answersPings else { return .fine }
    if let pingSentAt {
      return now - pingSentAt >= keepaliveTimeout ? .over(.keepaliveTimeout) : .fine
    }
    guard now - lastFrame >= keepaliveInterval else { return .fine }
    pingSentAt = now
    return .ping
  }

  /// When to look again. Nothing that lasts too long by then needs an earlier look, unless it begins
  /// only now: see `earliestEnd`.
  func nextLook(after now: NIODeadline, _ view: View) -> NIODeadline {
    var next = earliestEnd
    if lastFrameAt == nil { next = min(next, connectedAt + firstFrame) }
    next = min(next, (view.isBusy ? now : lastUse) + idle)
    if let pingSentAt {
      next = min(next, pingSentAt + keepaliveTimeout)
    } else if view.answersPings {
      next = min(next, lastFrame + keepaliveInterval)
    }
    return max(next, now)
  }

  private var lastFrame: NIODeadline { lastFrameAt ?? connectedAt }
  private var lastUse: NIODeadline { max(lastFrame, busyAt) }
}
