import Foundation
import NIOCore
import NIOHTTP1
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
    let data = try JSONSerialization.data(withJSONObject: request)
    let frame = WebSocketFrame(
      fin: true,
      opcode: .text,
      maskKey: .random(),
      data: ByteBuffer(bytes: data)
    )
    try await outbound.write(frame)
    while true {
      let text = try await next()
      if text["id"] as? String == request["id"] as? String { return text }
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
    let result = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: visitor.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let upgrader = NIOTypedWebSocketClientUpgrader<Frames?> { channel, _ in
            channel.eventLoop.makeCompletedFuture {
              try NIOAsyncChannel(wrappingChannelSynchronously: channel)
            }
          }
          var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
          head.headers.add(name: "Host", value: "127.0.0.1")
          if let authorization = visitor.authorization {
            head.headers.add(name: "Authorization", value: authorization)
          }
          if let cookie = visitor.cookie { head.headers.add(name: "Cookie", value: cookie) }
          return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: NIOUpgradableHTTPClientPipelineConfiguration(
              upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head,
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                  channel.close().map { nil }
                }
              )
            )
          )
        }
      }
    return try await result.get()
  }
}
