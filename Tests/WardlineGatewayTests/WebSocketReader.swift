import Foundation
import NIOCore
import NIOPosix
import NIOWebSocket
import Testing

/// The other end of a WebSocket.
struct WebSocketReader {
  typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

  private let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

  static func with(
    _ visitor: Visitor,
    _ path: String,
    _ body: (WebSocketReader) async throws -> Void
  ) async throws {
    let frames = try #require(try await connect(visitor, path))
    try await frames.executeThenClose { inbound, outbound in
      try await body(
        WebSocketReader(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      )
    }
  }

  /// The next text as an object.
  func next() async throws -> [String: Any] {
    var inbound = inbound
    while let frame = try await inbound.next(isolation: #isolation) {
      guard frame.opcode == .text else { continue }
      let data = Data(String(buffer: frame.unmaskedData).utf8)
      return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
    throw ChannelError.eof
  }

  /// The next event that has a place in the log.
  func nextDurable() async throws -> [String: Any] {
    while true {
      let text = try await next()
      let type = text["type"] as? String ?? "heartbeat"
      if !["presence", "typing", "heartbeat"].contains(type) { return text }
    }
  }

  /// The next sign that the server lives.
  func nextHeartbeat() async throws -> [String: Any] {
    while true {
      let text = try await next()
      if text["type"] as? String == "heartbeat" { return text }
    }
  }

  /// Sends a request and gives its answer.
  func ask(_ request: [String: Any]) async throws -> [String: Any] {
    try await send(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: request)))
    return try await answer(to: request["id"] as? String ?? "")
  }

  func send(
    _ data: ByteBuffer,
    opcode: WebSocketOpcode = .text,
    isLast: Bool = true,
    isMasked: Bool = true
  ) async throws {
    try await outbound.write(
      WebSocketFrame(
        fin: isLast,
        opcode: opcode,
        maskKey: isMasked ? .random() : nil,
        data: data
      )
    )
  }

  /// The answer to the request of that id.
  func answer(to id: String) async throws -> [String: Any] {
    while true {
      let text = try await next()
      if text["id"] as? String == id { return text }
    }
  }

  /// The code with which the server closes.
  func closeCode() async throws -> UInt16 {
    var inbound = inbound
    while let frame = try await inbound.next(isolation: #isolation) {
      guard frame.opcode == .connectionClose else { continue }
      var data = frame.unmaskedData
      return data.readInteger() ?? 0
    }
    throw ChannelError.eof
  }

  private static func connect(_ visitor: Visitor, _ path: String) async throws -> Frames? {
    var request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
    request += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    request += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    if let authorization = visitor.authorization {
      request += "Authorization: \(authorization)\r\n"
    }
    if let cookie = visitor.cookie { request += "Cookie: \(cookie)\r\n" }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let upgraded = loop.makePromise(of: Frames?.self)
    let channel = try await ClientBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(WebSocketHandshake(upgraded))
        }
      }
      .connect(host: "127.0.0.1", port: visitor.port).get()
    try await channel.writeAndFlush(ByteBuffer(string: request + "\r\n"))
    return try await upgraded.futureResult.get()
  }
}
