import NIOCore
import RPC
import TTRPCWire

// What happens to a connection as time goes by.
extension ServerConnection {
  /// When the watchdog looks next.
  struct LookTimer {
    let at: NIODeadline
    let task: Scheduled<Void>
  }

  func startWatchdog() {
    if lookTimer == nil { scheduleLook(after: peer.eventLoop.now) }
  }

  func stopWatchdog() {
    lookTimer?.task.cancel()
    lookTimer = nil
  }

  /// A read has been handled.
  func notePass(isInsideFrame: Bool) {
    watchdog.passEnded(frames: pass.frameCount, isInsideFrame: isInsideFrame, at: pass.startedAt)
    if isInsideFrame { lookInTime(at: pass.startedAt) }
  }

  /// The peer has taken its answers, or has left as many unread as may wait.
  func noteWhetherUnread() {
    // Within a write it may be both in one moment.
    if isFlushing || isFull == watchdog.isUnread { return }
    if !isFull {
      watchdog.unreadEnded()
    } else {
      shared.metrics.limitReached(.outboundHighWatermark)
      let now = peer.eventLoop.now
      watchdog.unreadBegan(at: now)
      lookInTime(at: now)
    }
  }

  /// Looks earlier than planned if something has begun that may last less long.
  func lookInTime(at now: NIODeadline) {
    guard let timer = lookTimer, timer.at > watchdog.nextLook(after: now, view) else { return }
    timer.task.cancel()
    scheduleLook(after: now)
  }

  private func scheduleLook(after now: NIODeadline) {
    let at = watchdog.nextLook(after: now, view)
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let task = peer.eventLoop.scheduleTask(deadline: at) { connection.value.look() }
    lookTimer = LookTimer(at: at, task: task)
  }

  private var view: ConnectionWatchdog.View {
    ConnectionWatchdog.View(
      isReading: mayRead,
      isBusy: machine.runningHandlers > 0 || machine.openStreams > 0,
      answersPings: machine.extensionsSince != nil
    )
  }

  private func look() {
    if isClosing { return }
    let now = peer.eventLoop.now
    switch watchdog.verdict(now: now, view) {
    case .fine: break
    case .ping:
      shared.metrics.limitReached(.keepaliveInterval)
      outbound.writePing(UInt64(now.uptimeNanoseconds), isAnswer: false)
      flushSoon()
    case .over(let limit):
      shared.metrics.limitReached(limit)
      return close()
    }
    scheduleLook(after: now)
  }
}
