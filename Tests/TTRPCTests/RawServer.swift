import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC
import TTRPCWire
import Testing

/// A server that keeps the frames it gets and sends what it is told to.
///
/// It is made for one client. It answers the call for the extensions by itself, as it was told to,
/// or leaves it.
final class RawServer: Sendable {
  /// What the server says when it is asked for the extensions.
  enum Agreement: Sendable {
    case silent
    case refuses(StatusCode)
    case agrees(window: UInt32)
  }

  private final class Inbound: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let decoder = Mutex(FrameDecoder())
    let frames = Box<[RawPeer.Frame]>([])
    let channel = Box<(any Channel)?>(nil)
    let agreement: Agreement

    init(_ agreement: Agreement) { self.agreement = agreement }

    func channelActive(context: ChannelHandlerContext) { channel.set(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Self.unwrapInboundIn(data)
      decoder.withLock { decoder in
        decoder.append(bytes)
        while case .frame(let header, let data) = decoder.next() {
          let frame = RawPeer.Frame(header: header, data: data)
          if frame.method == "Negotiate", let answer = agreement.answer(to: header.streamID) {
            context.channel.writeAndFlush(answer, promise: nil)
          }
          frames.change { $0.append(frame) }
        }
      }
    }
  }

  let address: ServiceAddress
  private let inbound: Inbound
  private let listener: any Channel

  private init(_ listener: any Channel, _ inbound: Inbound) {
    self.listener = listener
    self.inbound = inbound
    address = .tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
  }

  /// Runs the body with a server and a client that is connected to it.
  static func with<Result>(
    _ agreement: Agreement = .refuses(.unimplemented),
    configuration: ClientConfiguration = .patient,
    _ body: (RawServer, ClientConnection) async throws -> Result
  ) async throws -> Result {
    let inbound = Inbound(agreement)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { $0.pipeline.addHandler(inbound) }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = RawServer(listener, inbound)
    let client = try await ClientConnection.connect(
      to: server.address,
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: configuration
    )
    try await eventually("it is connected") { inbound.channel.value != nil }
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(server, client)) } catch { outcome = .failure(error) }
    await client.close()
    try await listener.close()
    return try outcome.get()
  }

  /// Every frame, but those of the call for the extensions.
  var frames: [RawPeer.Frame] {
    let all = inbound.frames.value
    let asking = all.first { $0.method == "Negotiate" }?.header.streamID
    return all.filter { $0.header.streamID != asking || $0.header.type != .request }
  }

  /// The call for the extensions, if it came.
  var negotiation: RawPeer.Frame? { inbound.frames.value.first { $0.method == "Negotiate" } }

  var isConnected: Bool { inbound.channel.value?.isActive == true }

  func frames(of id: UInt32, type: FrameType? = nil) -> [RawPeer.Frame] {
    frames.filter {
      $0.header.streamID.rawValue == id && (type == nil || $0.header.type == type)
    }
  }

  /// The frames of a stream, once there are so many.
  @discardableResult
  func frames(
    of id: UInt32,
    type: FrameType? = nil,
    count: Int
  ) async throws -> [RawPeer.Frame] {
    try await eventually("\(count) frames of stream \(id)") {
      self.frames(of: id, type: type).count >= count
    }
    return frames(of: id, type: type)
  }

  /// The number of a call's stream, once its Request is there.
  func request(_ method: String) async throws -> UInt32 {
    let inbound = inbound
    try await eventually("a request for \(method)") {
      inbound.frames.value.contains { $0.method == method }
    }
    return inbound.frames.value.first { $0.method == method }?.header.streamID.rawValue ?? 0
  }

  func send(_ frames: ByteBuffer...) async throws {
    var bytes = ByteBuffer()
    for frame in frames { bytes.writeImmutableBuffer(frame) }
    try await inbound.channel.value?.writeAndFlush(bytes).get()
  }

  func setReading(_ isReading: Bool) async throws {
    try await inbound.channel.value?.setOption(.autoRead, value: isReading).get()
  }

  func close() async throws { try await inbound.channel.value?.close().get() }
}

extension RawServer.Agreement {
  fileprivate func answer(to id: StreamID) -> ByteBuffer? {
    switch self {
    case .silent: return nil
    case .refuses(let code): return .response(id.rawValue, code)
    case .agrees(let window):
      var agreement = ByteBuffer()
      agreement.writeVarint(1 << 3)
      agreement.writeVarint(UInt64(window))
      return .response(id.rawValue, window == 0 ? ByteBuffer() : agreement)
    }
  }
}

extension RawPeer.Frame {
  /// The method of a Request.
  var method: String? {
    guard header.type == .request else { return nil }
    return ProtobufFields(data).bytes(2).map { String(buffer: $0) }
  }
}

// The frames that a server sends, written by hand.
extension ByteBuffer {
  static func response(_ id: UInt32, _ payload: ByteBuffer) -> ByteBuffer {
    var data = ByteBuffer()
    if payload.readableBytes > 0 { data.writeField(2, payload) }
    return .frame(id, .response, [], data)
  }

  static func response(_ id: UInt32, _ code: StatusCode, _ message: String = "") -> ByteBuffer {
    var data = ByteBuffer()
    data.writeField(1, status(code, message))
    return .frame(id, .response, [], data)
  }

  static func status(_ code: StatusCode, _ message: String = "") -> ByteBuffer {
    var status = ByteBuffer()
    status.writeVarint(1 << 3)
    status.writeVarint(UInt64(code.rawValue))
    status.writeField(2, ByteBuffer(string: message))
    return status
  }

  static func data(_ id: UInt32, _ text: String, _ flags: FrameFlags = []) -> ByteBuffer {
    .frame(id, .data, flags, ByteBuffer(string: text))
  }

  static func endOfStream(_ id: UInt32) -> ByteBuffer {
    .frame(id, .data, [.remoteClosed, .noData])
  }

  static func windowUpdate(_ id: UInt32, _ byteCount: UInt32) -> ByteBuffer {
    .frame(id, .windowUpdate, [], ByteBuffer(integer: byteCount))
  }

  static func goAway(last id: UInt32, retryAfterMilliseconds: UInt64 = 0) -> ByteBuffer {
    var data = ByteBuffer()
    data.writeVarint(1 << 3)
    data.writeVarint(UInt64(id))
    data.writeField(2, ByteBuffer(string: "drain"))
    data.writeVarint(3 << 3)
    data.writeVarint(retryAfterMilliseconds)
    return .frame(0, .goAway, [], data)
  }
}
