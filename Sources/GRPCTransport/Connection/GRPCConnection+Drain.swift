import NIOCore
import NIOHTTP2
import RPC

// How a connection ends without cutting off what runs on it.
extension GRPCConnection {
  /// Takes no new calls, tells the client and the streams, and closes once all calls have ended.
  func drain() {
    guard !isDraining, !isClosing else { return }
    isDraining = true
    sendGoAway(.noError, "the server is shutting down")
    for stream in streams.values { stream.draining() }
    flushSoon()
    closeIfDrained()
  }

  /// The time for what still runs is over.
  func endDrain() {
    for stream in streams.values {
      abort(stream, RPCError(.unavailable, "the server is shutting down"))
    }
    closeWhenFlushed()
  }

  func closeIfDrained() {
    if streams.isEmpty { closeWhenFlushed() }
  }

  /// Says that no stream after the last one will be answered.
  func sendGoAway(_ code: HTTP2ErrorCode, _ reason: String) {
    let last = lastStreamID
    write(
      .goAway(lastStreamID: last, errorCode: code, opaqueData: ByteBuffer(string: reason)),
      .rootStream
    )
  }
}
