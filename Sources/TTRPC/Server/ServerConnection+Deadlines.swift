import NIOCore
import RPC
import TTRPCWire

// One timer for the deadlines of all calls of a connection. Most calls end long before theirs: to set
// a timer for each, and to take it away, was a sixth of what the event loop did for a call.
extension ServerConnection {
  /// When open calls are looked at next: at the earliest deadline, or before it.
  struct DeadlineTimer {
    let at: NIODeadline
    let task: Scheduled<Void>
  }

  /// Has a call end at its deadline, if it is open then.
  func watchDeadline(of stream: ServerStream) {
    stream.deadline = stream.context.deadline
    if let deadline = stream.deadline { look(at: deadline) }
  }

  func stopWatchingDeadlines() {
    deadlineTimer?.task.cancel()
    deadlineTimer = nil
  }

  private func look(at deadline: NIODeadline) {
    if let timer = deadlineTimer, timer.at <= deadline { return }
    deadlineTimer?.task.cancel()
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let task = peer.eventLoop.scheduleTask(deadline: deadline) { connection.value.endOverdue() }
    deadlineTimer = DeadlineTimer(at: deadline, task: task)
  }

  private func endOverdue() {
    deadlineTimer = nil
    let now = peer.eventLoop.now
    var next: NIODeadline?
    for stream in machine.openCalls {
      // An end of one call may end others, or the connection.
      guard stream.isOpen, let deadline = stream.deadline else { continue }
      if deadline <= now {
        abandoned(stream)
        abort(stream, .deadlineExceeded)
      } else {
        next = min(next ?? deadline, deadline)
      }
    }
    if let next, !isGone { look(at: next) }
  }
}
