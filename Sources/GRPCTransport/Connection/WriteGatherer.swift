import NIOCore

/// Stands between HTTP/2 and the socket, and makes one write of many small frames.
///
/// While it is held, flushes wait: the frames that HTTP/2 sends by itself within a read go out with
/// the answers to what was read.
final class WriteGatherer: ChannelOutboundHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private var bytes = ByteBuffer()
  private var promise: EventLoopPromise<Void>?
  private var isHeld = false
  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  /// Lets flushes wait until `release`.
  func hold() { isHeld = true }

  /// Flushes everything that has been written.
  func release() {
    isHeld = false
    if let context { flush(context: context) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .byteBuffer(let more) = Self.unwrapOutboundIn(data),
      more.readableBytes < Self.copiedMax
    else {
      hand(context)
      return context.write(data, promise: promise)
    }
    bytes.writeImmutableBuffer(more)
    if let promise {
      if let first = self.promise {
        first.futureResult.cascade(to: promise)
      } else {
        self.promise = promise
      }
    }
    guard bytes.readableBytes >= Self.gatheredMax else { return }
    hand(context)
    context.flush()
  }

  func flush(context: ChannelHandlerContext) {
    if isHeld { return }
    hand(context)
    context.flush()
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    hand(context)
    context.flush()
    context.close(mode: mode, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    promise?.fail(ChannelError.ioOnClosedChannel)
    promise = nil
  }

  private func hand(_ context: ChannelHandlerContext) {
    guard bytes.readableBytes > 0 else { return }
    let taken = (bytes: bytes, promise: promise)
    bytes = ByteBuffer()
    promise = nil
    context.write(Self.wrapOutboundOut(.byteBuffer(taken.bytes)), promise: taken.promise)
  }

  /// Longer ones are handed on as they are.
  private static let copiedMax = 4 << 10
  /// So much is handed on without a flush: less than makes the channel say that it is full.
  private static let gatheredMax = 32 << 10
}
