import NIOCore
import NIOHTTP2
import RPC

// What leaves the connection: as much as the peer has granted and the socket takes.
extension GRPCConnection {
  func write(_ payload: HTTP2Frame.FramePayload, _ id: HTTP2StreamID) {
    guard let context, !isGone else { return }
    context.write(
      Self.wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)),
      promise: nil
    )
  }

  /// Writes bytes for which there is room.
  func writeData(_ bytes: ByteBuffer, on stream: GRPCStream) {
    let length = bytes.readableBytes
    if !stream.isHeadSent {
      stream.isHeadSent = true
      let head = ResponseEnd.head(stream.dialect, stream.ending?.error)
      write(.headers(.init(headers: head)), stream.id)
    }
    hasSentData = true
    window.wrote(length)
    stream.window -= length
    write(.data(.init(data: .byteBuffer(bytes))), stream.id)
    writtenBytes += length
    // HTTP/2 keeps data until they are flushed.
    if writtenBytes >= shared.configuration.outboundHighWatermark { handOver() }
  }

  /// Writes what a stream has to say, for as long as there is room, and its end behind it.
  func pump(_ stream: GRPCStream) {
    while stream.isOpen, !stream.unsent.isEmpty {
      guard isWritable else { return block(stream) }
      let room = window.room(stream: stream.window)
      guard let bytes = stream.unsent.take(room) else {
        if window.connection <= 0 { block(stream) }
        return
      }
      unsentBytes -= bytes.readableBytes
      writeData(bytes, on: stream)
    }
    if stream.isOpen, let ending = stream.ending { perform(ending, of: stream) }
  }

  private func block(_ stream: GRPCStream) {
    guard !stream.isBlocked else { return }
    stream.isBlocked = true
    blocked.append(stream)
  }

  /// Writes what has gathered on streams.
  private func pumpAll() {
    resumeBlocked()
    while !dirty.isEmpty {
      let streams = dirty
      dirty = []
      for stream in streams {
        stream.isDirty = false
        pump(stream)
      }
    }
  }

  private func resumeBlocked() {
    guard !blocked.isEmpty, isWritable, window.connection > 0 else { return }
    let streams = blocked
    blocked = []
    for stream in streams {
      stream.isBlocked = false
      pump(stream)
    }
  }

  /// The peer takes so many bytes more.
  func granted(_ byteCount: Int, on id: HTTP2StreamID) {
    if id == .rootStream {
      window.granted(byteCount)
      resumeBlocked()
    } else if let stream = streams[id] {
      granted(byteCount, on: stream)
    }
  }

  func granted(_ byteCount: Int, on stream: GRPCStream) {
    stream.window += byteCount
    if !stream.unsent.isEmpty { pump(stream) }
  }

  // MARK: Flushing

  /// Sends everything that has been written.
  func flush() {
    if scratch.capacity > Self.keptCapacity { scratch = ByteBuffer() }
    pumpAll()
    grantConnection()
    handOver()
    guard unsentBytes > shared.configuration.outboundBytesMax, !isClosing else { return }
    shared.metrics.limitReached(.outboundBytes)
    close(because: "the peer does not take its answers")
  }

  private func handOver() {
    guard let context, !isGone else { return }
    writtenBytes = 0
    // HTTP/2 makes frames of what it keeps, and then all of them go.
    gatherer.hold()
    context.flush()
    if !finished.isEmpty, context.channel.isWritable { resetFinished(context) }
    gatherer.release()
    if isHandlingRead { gatherer.hold() }
    isWritable = context.channel.isWritable
    noteWhetherFull(context)
  }

  /// Resets streams whose trailers have gone out. Before that it would take the trailers along.
  private func resetFinished(_ context: ChannelHandlerContext) {
    let streams = finished
    finished = []
    for id in streams { reset(id, .noError) }
    context.flush()
  }

  /// Once so much waits for the socket that nothing more is read, reading goes on when the channel is
  /// writable.
  func noteWhetherFull(_ context: ChannelHandlerContext) {
    if isWritable {
      if isFull { watchdog.unreadEnded() }
      isFull = false
      return
    }
    let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    guard !isFull, waiting >= shared.configuration.outboundHighWatermark else { return }
    isFull = true
    shared.metrics.limitReached(.outboundHighWatermark)
    let now = peer.eventLoop.now
    watchdog.unreadBegan(at: now)
    lookInTime(at: now)
  }

  private static let keptCapacity = 64 << 10
}
