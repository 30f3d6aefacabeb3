import NIOCore

/// Finds connections that never make a call, that do not take their answers, that nobody uses, or
/// whose client is gone. Keeps no clock.
struct GRPCWatchdog {
  enum Verdict: Equatable {
    case fine
    /// Ask the client whether it is there.
    case ping
    /// It has lasted for as long as it may.
    case over(GRPCLimit)
  }

  private let firstCall: TimeAmount
  private let unread: TimeAmount
  private let idle: TimeAmount
  private let keepaliveInterval: TimeAmount
  private let keepaliveTimeout: TimeAmount

  private let connectedAt: NIODeadline
  private var heardAt: NIODeadline
  /// When the last call came, or a look found one running.
  private var usedAt: NIODeadline?
  private var unreadSince: NIODeadline?
  private var pingSentAt: NIODeadline?

  init(_ configuration: GRPCConfiguration, at now: NIODeadline) {
    firstCall = configuration.firstCallTimeout
    unread = configuration.unreadTimeout
    idle = configuration.idleTimeout
    keepaliveInterval = configuration.keepaliveInterval
    keepaliveTimeout = configuration.keepaliveTimeout
    connectedAt = now
    heardAt = now
  }

  /// Whether a ping was sent, and nothing has come in since.
  var isAnswerAwaited: Bool { pingSentAt != nil }

  // MARK: What happens

  /// Something has come in, whatever it is: an answer to a ping too.
  mutating func heard(at time: NIODeadline) {
    heardAt = time
    pingSentAt = nil
  }

  mutating func called(at time: NIODeadline) { usedAt = time }

  /// As much as may wait for the peer is waiting.
  mutating func unreadBegan(at time: NIODeadline) { unreadSince = time }

  /// The peer has taken enough, and what it sends is read again.
  mutating func unreadEnded() {
    unreadSince = nil
    pingSentAt = nil
  }

  // MARK: Looks

  mutating func verdict(now: NIODeadline, isBusy: Bool) -> Verdict {
    if isBusy { usedAt = now }
    if usedAt == nil, now - connectedAt >= firstCall { return .over(.firstCallTimeout) }
    if let unreadSince { return now - unreadSince >= unread ? .over(.unreadTimeout) : .fine }
    if let usedAt, now - usedAt >= idle { return .over(.idleTimeout) }
    if let pingSentAt {
      return now - pingSentAt >= keepaliveTimeout ? .over(.keepaliveTimeout) : .fine
    }
    guard now - heardAt >= keepaliveInterval else { return .fine }
    pingSentAt = now
    return .ping
  }

  /// When to look again. What begins only later and lasts less long needs an earlier look.
  func nextLook(after now: NIODeadline, isBusy: Bool) -> NIODeadline {
    var next = (isBusy ? now : usedAt ?? now) + idle
    if usedAt == nil { next = min(next, connectedAt + firstCall) }
    if let unreadSince {
      next = min(next, unreadSince + unread)
    } else if let pingSentAt {
      next = min(next, pingSentAt + keepaliveTimeout)
    } else {
      next = min(next, heardAt + keepaliveInterval)
    }
    // A look too early finds everything fine and must not come again at once.
    return max(next, now + .milliseconds(1))
  }
}
