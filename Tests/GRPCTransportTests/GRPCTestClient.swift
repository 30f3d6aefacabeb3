import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Synchronization
import Testing

/// A client that sends what it is told to, frame by frame, and notes what comes back.
final class GRPCTestClient: Sendable {
  struct Settings: Sendable {
    /// Bytes that each stream takes before more is granted.
    var streamWindow = 1 << 20
    /// Whether more is granted when something has come.
    var grants = true
  }

  /// What has come on one stream.
  struct Answer: Sendable {
    var head: HPACKHeaders?
    var bytes = ByteBuffer()
    var trailers: HPACKHeaders?
    var reset: HTTP2ErrorCode?
    /// Whether the last frame was one of data.
    var endsInBody = false

    var isEnded: Bool { trailers != nil || reset != nil || endsInBody }
    var text: String { String(buffer: bytes) }
    var status: String? { (trailers ?? head)?.first(name: "grpc-status") }
    var message: String? { (trailers ?? head)?.first(name: "grpc-message") }

    /// The messages, without their prefixes.
    var messages: [ByteBuffer] {
      var bytes = bytes
      var messages: [ByteBuffer] = []
      while let (_, length) = bytes.readMultipleIntegers(as: (UInt8, UInt32).self),
        let message = bytes.readSlice(length: Int(length))
      {
        messages.append(message)
      }
      return messages
    }
    var texts: [String] { messages.map { String(buffer: $0) } }
  }

  struct Connection: Sendable {
    var answers: [Int: Answer] = [:]
    var goAway: HTTP2ErrorCode?
    var isClosed = false
    var pongs = 0
    var pings = 0
    var granted: [Int: Int] = [:]
  }

  private let channel: any Channel
  private let nextID = Mutex(1)

  init(port: Int, _ settings: Settings = Settings()) async throws {
    let notes = Notes()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          var http2 = NIOHTTP2Handler.ConnectionConfiguration()
          http2.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .initialWindowSize, value: settings.streamWindow),
          ]
          try channel.pipeline.syncOperations.addHandlers(
            NIOHTTP2Handler(mode: .client, connectionConfiguration: http2),
            Recorder(notes, grants: settings.grants)
          )
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    self.notes = notes
  }

  private let notes: Notes

  /// What has come so far.
  var now: Connection { notes.state.withLock { $0 } }

  fileprivate final class Notes: Sendable {
    let state = Mutex(Connection())
  }

  deinit { channel.close(promise: nil) }

  func close() async throws { try await channel.close().get() }

  // MARK: Sending

  /// Opens a stream.
  ///
  /// - Returns: its number.
  func open(
    _ method: String,
    service: String = "test.Calls",
    _ metadata: [(String, String)] = [],
    replacing: [String: String?] = [:],
    isLast: Bool = false
  ) -> Int {
    var headers: [(String, String)] = [
      (":method", "POST"), (":scheme", "http"), (":path", "/\(service)/\(method)"),
      (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
    ]
    for (name, value) in replacing {
      headers.removeAll { $0.0 == name }
      if let value { headers.append((name, value)) }
    }
    // Pseudo headers stand first.
    headers = headers.filter { $0.0.hasPrefix(":") } + headers.filter { !$0.0.hasPrefix(":") }
    let id = nextID.withLock { next in
      defer { next += 2 }
      return next
    }
    let block = HPACKHeaders(headers + metadata)
    write(.headers(.init(headers: block, endStream: isLast)), id)
    return id
  }

  func send(_ bytes: ByteBuffer, on id: Int, isLast: Bool = false) {
    write(.data(.init(data: .byteBuffer(bytes), endStream: isLast)), id)
  }

  func sendMessage(_ text: String, on id: Int, isLast: Bool = false) {
    send(.message(ByteBuffer(string: text)), on: id, isLast: isLast)
  }

  func reset(_ id: Int) { write(.rstStream(.cancel), id) }
  func grant(_ byteCount: Int, on id: Int) {
    write(.windowUpdate(windowSizeIncrement: byteCount), id)
  }
  func ping() { write(.ping(HTTP2PingData(withInteger: 7), ack: false), 0) }

  private func write(_ payload: HTTP2Frame.FramePayload, _ id: Int) {
    let frame = UnsafeFrame(frame: HTTP2Frame(streamID: HTTP2StreamID(id), payload: payload))
    channel.eventLoop.execute { [channel] in
      channel.writeAndFlush(frame.frame, promise: nil)
    }
  }

  private struct UnsafeFrame: Sendable { let frame: HTTP2Frame }

  // MARK: Waiting

  /// One call with one message.
  func call(
    _ method: String,
    _ text: String = "",
    _ metadata: [(String, String)] = []
  ) async throws -> Answer {
    let id = open(method, metadata)
    sendMessage(text, on: id, isLast: true)
    return try await end(of: id)
  }

  func end(of id: Int) async throws -> Answer {
    try await eventually("stream \(id) ends") { self.now.answers[id]?.isEnded == true }
    return now.answers[id] ?? Answer()
  }

  func answer(_ id: Int) -> Answer { now.answers[id] ?? Answer() }
}

extension ByteBuffer {
  static func message(_ payload: ByteBuffer, flag: UInt8 = 0) -> ByteBuffer {
    var message = ByteBuffer()
    message.writeMultipleIntegers(flag, UInt32(payload.readableBytes))
    message.writeImmutableBuffer(payload)
    return message
  }
}

/// Notes every frame, and grants what has come.
private final class Recorder: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private let notes: GRPCTestClient.Notes
  private let grants: Bool

  init(_ notes: GRPCTestClient.Notes, grants: Bool) {
    self.notes = notes
    self.grants = grants
  }

  func channelInactive(context: ChannelHandlerContext) {
    notes.state.withLock { $0.isClosed = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    let id = Int(frame.streamID)
    notes.state.withLock { note(frame.payload, id, &$0) }
    guard grants, case .data(let data) = frame.payload, data.data.readableBytes > 0 else { return }
    for stream in data.endStream ? [.rootStream] : [.rootStream, frame.streamID] {
      let grant = HTTP2Frame.FramePayload.windowUpdate(
        windowSizeIncrement: data.data.readableBytes
      )
      context.write(
        wrapOutboundOut(HTTP2Frame(streamID: stream, payload: grant)),
        promise: nil
      )
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}

  private func note(
    _ payload: HTTP2Frame.FramePayload,
    _ id: Int,
    _ connection: inout GRPCTestClient.Connection
  ) {
    switch payload {
    case .headers(let headers):
      if headers.endStream {
        connection.answers[id, default: .init()].trailers = headers.headers
      } else {
        connection.answers[id, default: .init()].head = headers.headers
      }
    case .data(let data):
      if case .byteBuffer(let bytes) = data.data {
        connection.answers[id, default: .init()].bytes.writeImmutableBuffer(bytes)
      }
      if data.endStream { connection.answers[id, default: .init()].endsInBody = true }
    case .rstStream(let code): connection.answers[id, default: .init()].reset = code
    case .goAway(_, let code, _): connection.goAway = code
    case .ping(_, let isAnswer):
      if isAnswer { connection.pongs += 1 } else { connection.pings += 1 }
    case .windowUpdate(let byteCount): connection.granted[id, default: 0] += byteCount
    default: break
    }
  }
}
