import NIOCore
import RPC
import TTRPCWire

/// One read being handled: one reading of the clock serves all of its calls.
struct Pass {
  let startedAt: NIODeadline
  var frameCount = 0
  var byteCount = 0
}

// What others are told of the connection, once for many calls.
extension ServerConnection {
  /// The answers of a read or of a turn of the loop have been handed over.
  func reportPass() {
    reportStreams()
    reportViolations()
    if pass.byteCount > 0 {
      shared.metrics.received(frames: pass.frameCount, bytes: pass.byteCount)
      pass.byteCount = 0
      pass.frameCount = 0
    }
    handOverTally()
  }

  // MARK: Calls

  func tallyStart(of method: MethodDescriptor) {
    if tally?.start(method) == true { return }
    handOverTally()
    tally = CallTally(method, started: 1, startedAt: pass.startedAt)
  }

  func tallyEnd(of context: ServerContext, _ status: StatusCode) {
    if tally?.end(context, status) == true { return }
    handOverTally()
    tally = CallTally(context.method, ended: 1, status: status, startedAt: context.startedAt)
  }

  private func handOverTally() {
    if let tally = tally.take() { shared.interceptors.tallied(tally) }
  }

  /// Reports violations since the last report, and which of them were Data frames that carried
  /// nothing.
  private func reportViolations() {
    let violations = machine.violations - reportedViolations
    if violations == 0 { return }
    reportedViolations = machine.violations
    shared.metrics.violated(violations)
    let emptyFrames = machine.excessEmptyFrames - reportedEmptyFrames
    reportedEmptyFrames = machine.excessEmptyFrames
    for _ in 0..<emptyFrames { shared.metrics.limitReached(.emptyFrames) }
  }

  /// Reports streams and handlers that have come and gone since the last report.
  func reportStreams() {
    let now = (streams: machine.openStreams, handlers: machine.runningHandlers)
    guard now != reported else { return }
    shared.metrics.streamsChanged(
      by: now.streams - reported.streams,
      handlersBy: now.handlers - reported.handlers
    )
    reported = now
    if now == (streams: 0, handlers: 0) { watchdog.idleBegan(at: peer.eventLoop.now) }
  }
}
