import NIOCore
import NIOHTTP1

/// Takes away wishes of a first request to speak something that is not spoken here, such as HTTP/2
/// (some clients always ask): NIO's upgrade would never answer them.
///
/// Behind such a wish the parser understands nothing more, so the connection ends with the answer.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = Self.unwrapInboundIn(data) else {
      return context.fireChannelRead(data)
    }
    if head.headers.contains(name: "Upgrade"), !Self.isForSocket(head) {
      head.headers.remove(name: "Upgrade")
      head.headers.replaceOrAdd(name: "Connection", value: "close")
    }
    context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  /// Whether it is all that a WebSocket needs (RFC 6455, 4.2.1): half a wish is none.
  private static func isForSocket(_ head: HTTPRequestHead) -> Bool {
    head.method == .GET && head.uri.prefix(while: { $0 != "?" }) == EventSockets.path
      && head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
      && head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
      && head.headers["Sec-WebSocket-Key"].count == 1
      && head.headers["Sec-WebSocket-Version"] == ["13"]
  }
}
