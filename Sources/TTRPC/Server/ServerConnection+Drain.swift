import NIOCore
import RPC
import TTRPCWire

// How a connection ends without cutting off what runs on it.
extension ServerConnection {
  /// Takes no new calls, tells the client and the streams, and closes once all calls have ended.
  func drain() {
    guard !machine.isDraining, !isClosing else { return }
    machine.beginDraining()
    if machine.extensionsSince != nil {
      outbound.writeGoAway(
        GoAway(
          lastStreamID: machine.lastStreamID,
          reason: "the server is shutting down",
          retryAfter: Self.retryAfter
        )
      )
    }
    for stream in machine.openCalls { stream.draining() }
    flushSoon()
    closeIfDrained()
  }

  /// The time for what still runs is over.
  func endDrain() {
    for stream in machine.openCalls { abort(stream, RPCError(.shuttingDown)) }
    closeWhenFlushed()
  }

  /// Reads nothing more, and closes once the calls that came before have their answers, or after a
  /// while. Streams end at once: they could go on for ever.
  func endAfterAnswers() {
    isForeign = true
    let calls = machine.openCalls
    if calls.isEmpty { return close() }
    if !machine.isDraining { machine.beginDraining() }
    let connection = NIOLoopBound(self, eventLoop: peer.eventLoop)
    let timer = peer.eventLoop.scheduleTask(in: Self.answerTime) { connection.value.endDrain() }
    context?.channel.closeFuture.whenComplete { _ in timer.cancel() }
    for stream in calls where stream.context.method.kind != .unary {
      abort(stream, RPCError(.unavailable, "what came on this connection is no frame: it ends"))
    }
    closeIfDrained()
  }

  func closeIfDrained() {
    if machine.openStreams == 0 { closeWhenFlushed() }
  }

  /// Closes once the peer has taken everything that was written, or after a while.
  ///
  /// Our half is closed first: closing the whole socket while something that the peer sent is still
  /// unread would reset the connection and could take the last answers with it.
  func closeWhenFlushed() {
    guard !isClosing, let context else { return }
    isClosing = true
    let channel = context.channel
    flush()
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    }
    let timer = peer.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  /// When a new server is likely to be there.
  private static let retryAfter = TimeAmount.seconds(1)
  /// How long answers may take on a connection that is of no other use.
  private static let answerTime = TimeAmount.seconds(5)
  /// How long the peer may take to close its half.
  private static let lingerTime = TimeAmount.seconds(2)
}
