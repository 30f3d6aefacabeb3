import NIOCore
import NIOWebSocket

/// Demands that what a client sends is masked (RFC 6455, 5.1). It stands before texts are put together
/// out of their frames, since what they are put together to has no mask any more.
final class FrameMasks: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = WebSocketFrame

  struct Missing: Error {}

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if Self.unwrapInboundIn(data).maskKey == nil {
      context.fireErrorCaught(Missing())
    } else {
      context.fireChannelRead(data)
    }
  }
}
