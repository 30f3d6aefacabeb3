import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC
import TTRPCWire
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A peer that sends the bytes it is told to, in plain text, and keeps the frames it gets.
final class RawPeer: Sendable {
  struct Frame: Sendable {
    let header: FrameHeader
    let data: ByteBuffer
  }

  private final class Inbound: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let decoder = Mutex(FrameDecoder())
    let frames = Box<[Frame]>([])
    let byteCount = Counter()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Self.unwrapInboundIn(data)
      byteCount.add(bytes.readableBytes)
      decoder.withLock { decoder in
        decoder.append(bytes)
        while case .frame(let header, let data) = decoder.next() {
          frames.change { $0.append(Frame(header: header, data: data)) }
        }
      }
    }
  }

  private let inbound = Inbound()
  private let channel: any Channel

  init(to address: ServiceAddress) async throws {
    let inbound = inbound
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(inbound) }
    switch address {
    case .tcp(let host, let port), .tls(let host, let port):
      channel = try await bootstrap.connect(host: host, port: port).get()
    case .unix(let path):
      channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
    }
  }

  var frames: [Frame] { inbound.frames.value }
  var receivedBytes: Int { inbound.byteCount.value }
  var isActive: Bool { channel.isActive }

  func send(_ bytes: ByteBuffer) async throws {
    try await channel.writeAndFlush(bytes)
  }

  func stopReading() async throws {
    try await channel.setOption(.autoRead, value: false).get()
  }

  func startReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
  }

  func close() async throws {
    try await channel.close()
  }

  /// Ends the connection with a reset instead of a farewell.
  func reset() async throws {
    let provider = try #require(channel as? any SocketOptionProvider)
    try await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try? await channel.close()
  }

  /// Agrees on the extensions, on stream 1.
  @discardableResult
  func negotiate(window: UInt64) async throws -> Frame {
    try await send(.negotiation(window: window))
    return try #require(try await frames(of: 1).first)
  }

  /// The frames of a stream, once there are so many.
  func frames(of id: UInt32, count: Int = 1) async throws -> [Frame] {
    try await eventually("\(count) frames of stream \(id)") {
      self.frames.filter { $0.header.streamID.rawValue == id }.count >= count
    }
    return frames.filter { $0.header.streamID.rawValue == id }
  }

  func status(of id: UInt32) async throws -> RPCError? {
    try await frames(of: id).first { $0.header.type == .response }?.status
  }
}

extension RawPeer.Frame {
  /// The status of a Response, read by hand; nil means OK.
  var status: RPCError? {
    guard header.type == .response, var status = ProtobufFields(data).bytes(1) else { return nil }
    let fields = ProtobufFields(status)
    status.clear()
    return RPCError(
      StatusCode(rawValue: Int32(truncatingIfNeeded: fields.number(1) ?? 0)),
      fields.bytes(2).map { String(buffer: $0) } ?? ""
    )
  }

  /// The message of a Response.
  var payload: ByteBuffer { ProtobufFields(data).bytes(2) ?? ByteBuffer() }
}
