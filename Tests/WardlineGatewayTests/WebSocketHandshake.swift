import NIOCore
import NIOWebSocket

/// Waits for the answer to a wish for a WebSocket, and makes one of the connection. By hand: what
/// comes right behind the answer must not be lost, and the first frames do.
final class WebSocketHandshake: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let upgraded: EventLoopPromise<WebSocketReader.Frames?>
  private var received = ByteBuffer()

  /// - Parameter upgraded: gets nil when the wish is not granted.
  init(_ upgraded: EventLoopPromise<WebSocketReader.Frames?>) {
    self.upgraded = upgraded
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.writeImmutableBuffer(Self.unwrapInboundIn(data))
    let text = String(decoding: received.readableBytesView, as: Unicode.ASCII.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return }
    guard text.hasPrefix("HTTP/1.1 101 ") else {
      upgraded.succeed(nil)
      return context.close(promise: nil)
    }
    received.moveReaderIndex(forwardBy: text[..<end.upperBound].unicodeScalars.count)
    do {
      let pipeline = context.pipeline.syncOperations
      try pipeline.addHandlers(
        WebSocketFrameEncoder(),
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20))
      )
      upgraded.succeed(try NIOAsyncChannel(wrappingChannelSynchronously: context.channel))
      context.fireChannelRead(Self.wrapInboundOut(received))
      context.fireChannelReadComplete()
      pipeline.removeHandler(self, promise: nil)
    } catch {
      upgraded.fail(error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    upgraded.succeed(nil)
    context.fireChannelInactive()
  }
}
