import NIOCore
import RPC
import TTRPCWire

// What others are told of the connection, once for many calls.
extension ServerConnection {
  /// The answers of a read or of a turn of the loop have been handed over.
  func reportPass() {
    reportStreams()
    for interceptor in shared.interceptors { interceptor.passEnded(peer) }
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
  }
}
