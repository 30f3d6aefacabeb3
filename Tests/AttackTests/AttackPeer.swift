import NIOCore
import NIOPosix
import RPC
import TTRPC
import TTRPCWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A connection that sends whatever it is told to, keeps the answers of its calls, and may end as
/// rudely as a connection can.
final class AttackPeer: Sendable {
  private let channel: any Channel
  private let answers: NIOLoopBound<Answers>

  /// - Parameter receiveBuffer: bytes that the system may keep for us unread; nil: its own choice.
  init(to port: Int, host: String = "127.0.0.1", receiveBuffer: Int? = nil) async throws {
    var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answers(on: channel.eventLoop))
        }
      }
    if let receiveBuffer {
      bootstrap = bootstrap.channelOption(
        .socketOption(.so_rcvbuf),
        value: .init(receiveBuffer)
      )
    }
    let channel = try await bootstrap.connect(host: host, port: port).get()
    self.channel = channel
    answers = try await channel.eventLoop.submit {
      NIOLoopBound(
        try channel.pipeline.syncOperations.handler(type: Answers.self),
        eventLoop: channel.eventLoop
      )
    }.get()
  }

  var isActive: Bool { channel.isActive }

  func send(_ bytes: ByteBuffer) async throws {
    try await channel.writeAndFlush(bytes)
  }

  /// Sends without waiting until the peer has taken it.
  func push(_ bytes: ByteBuffer) {
    channel.writeAndFlush(bytes, promise: nil)
  }

  /// The first Response on a stream.
  ///
  /// - Throws: `RPCError` with its status; UNAVAILABLE when the connection ends before.
  func answer(on id: UInt32) async throws -> ByteBuffer {
    let answers = answers
    return try await channel.eventLoop.flatSubmit { answers.value.answer(on: id) }.get()
  }

  /// The status of the first Response on a stream; OK for one without.
  func status(on id: UInt32) async throws -> StatusCode {
    do {
      _ = try await answer(on: id)
      return .ok
    } catch let error as RPCError {
      return error.code
    }
  }

  func stopReading() async throws {
    try await channel.setOption(.autoRead, value: false).get()
  }

  func startReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
  }

  /// Returns when the other side has ended the connection.
  func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }

  func close() async {
    try? await channel.close()
  }

  /// Ends the connection with a reset instead of a farewell, unless the other side was faster.
  func reset() async {
    if let provider = channel as? any SocketOptionProvider {
      try? await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }
    await close()
  }
}

/// The Responses that came, on the connection's loop.
private final class Answers: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let loop: any EventLoop
  private var decoder = FrameDecoder()
  private var arrived: [UInt32: Result<ByteBuffer, any Error>] = [:]
  private var awaited: [UInt32: [EventLoopPromise<ByteBuffer>]] = [:]
  private var isOver = false

  init(on loop: any EventLoop) {
    self.loop = loop
  }

  func answer(on id: UInt32) -> EventLoopFuture<ByteBuffer> {
    if let result = arrived[id] { return loop.makeCompletedFuture(result) }
    if isOver { return loop.makeFailedFuture(Self.closed) }
    let promise = loop.makePromise(of: ByteBuffer.self)
    awaited[id, default: []].append(promise)
    return promise.futureResult
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(Self.unwrapInboundIn(data))
    while case .frame(let header, let data) = decoder.next() {
      guard header.type == .response else { continue }
      let result = Result {
        let response = try data.withUnsafeReadableBytes { try ResponseEnvelope(decoding: $0) }
        if let error = response.error { throw error }
        return response.payload
      }
      let id = header.streamID.rawValue
      arrived[id] = result
      for promise in awaited.removeValue(forKey: id) ?? [] { promise.completeWith(result) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    for promise in awaited.values.joined() { promise.fail(Self.closed) }
    awaited = [:]
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private static let closed = RPCError(.unavailable, "the connection has ended")
}
