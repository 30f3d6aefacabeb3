import NIOCore
import NIOHTTP2
import RPC

// What happens to a connection as time goes by.
extension GRPCConnection {
  // MARK: Deadlines

  /// Sets timers for the calls of this read that are still open at its end: most are not.
  func startTimers() {
    if opened.isEmpty { return }
    let streams = opened
    opened.removeAll(keepingCapacity: streams.count <= 1024)
    for stream in streams { startTimer(of: stream) }
  }

  /// Sets the timer of a call, which an interceptor may have given an earlier deadline.
  func startTimer(of stream: GRPCStream) {
    guard stream.isOpen, let deadline = stream.context.deadline,
      stream.deadlineTimer?.at != deadline
    else { return }
    stream.deadlineTimer?.task.cancel()
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let task = peer.eventLoop.scheduleTask(deadline: deadline) {
      connection.value.abort(stream, .deadlineExceeded)
    }
    stream.deadlineTimer = (deadline, task)
  }

  // MARK: The watchdog

  func stopLooking() {
    lookTimer?.task.cancel()
    lookTimer = nil
  }

  /// Looks earlier than planned if something has begun that may last less long.
  func lookInTime(at now: NIODeadline) {
    guard let timer = lookTimer,
      timer.at > watchdog.nextLook(after: now, isBusy: !streams.isEmpty)
    else { return }
    timer.task.cancel()
    scheduleLook(after: now)
  }

  func scheduleLook(after now: NIODeadline) {
    let at = watchdog.nextLook(after: now, isBusy: !streams.isEmpty)
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let task = peer.eventLoop.scheduleTask(deadline: at) { connection.value.look() }
    lookTimer = (at, task)
  }

  private func look() {
    if isClosing { return }
    let now = peer.eventLoop.now
    switch watchdog.verdict(now: now, isBusy: !streams.isEmpty) {
    case .fine: break
    case .ping:
      write(.ping(HTTP2PingData(withInteger: now.uptimeNanoseconds), ack: false), .rootStream)
      flushSoon()
    case .over(.idleTimeout):
      shared.metrics.limitReached(.idleTimeout)
      return drain()
    case .over(let limit):
      shared.metrics.limitReached(limit)
      return close()
    }
    scheduleLook(after: now)
  }
}
