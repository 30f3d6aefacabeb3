import NIOCore
import NIOPosix
import ProtobufC
import RPC
import ServerProcess
import Synchronization
import TTRPC
import TTRPCWire
import WardlineAPI

/// A subscriber that knows none of the extensions, and whose socket can be left unread.
///
/// Keeps of what it is sent only whether the messages of one conversation come without gap and in
/// order.
final class StoppableSubscriber: Sendable {
  fileprivate struct State {
    var lastSequence: Int64 = 0
    var isInOrder = true
    var cursor = ""
    var hasEnded = false
  }

  private let channel: any Channel
  private let state: SharedState

  fileprivate final class SharedState: Sendable {
    let value = Mutex(State())
  }

  /// Subscribes from now on.
  init(to target: Target, _ token: String, receiveBuffer: Int = 64 << 10) async throws {
    let state = SharedState()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Events(state))
        }
      }
      .connect(host: target.server.host, port: target.server.port).get()
    let request = try AttackBytes.request(
      1,
      EventsMethods.subscribe,
      SubscribeRequest(heartbeatIntervalMs: 1_000),
      token: token
    )
    try await channel.writeAndFlush(request)
    self.channel = channel
    self.state = state
  }

  var isLive: Bool { state.value.withLock { !$0.cursor.isEmpty } }
  var lastSequence: Int64 { state.value.withLock { $0.lastSequence } }
  /// Whether everything came once and in order, and nothing has ended.
  var isWhole: Bool { state.value.withLock { $0.isInOrder && !$0.hasEnded } }

  func stopReading() async throws {
    try await channel.setOption(.autoRead, value: false).get()
  }

  func startReading() async throws {
    try await channel.setOption(.autoRead, value: true).get()
  }

  func close() async {
    try? await channel.close()
  }

  /// Reads the Data frames of the one stream.
  private final class Events: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: SharedState
    private var decoder = FrameDecoder()

    init(_ state: SharedState) {
      self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      decoder.append(Self.unwrapInboundIn(data))
      while case .frame(let header, let data) = decoder.next() {
        guard header.type == .data, let response = Self.response(data) else {
          state.value.withLock { $0.hasEnded = true }
          continue
        }
        state.value.withLock { $0.note(response) }
      }
    }

    private static func response(_ data: ByteBuffer) -> SubscribeResponse? {
      data.withUnsafeReadableBytes { try? SubscribeResponse(decoding: $0.bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) {
      state.value.withLock { $0.hasEnded = true }
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}

extension StoppableSubscriber.State {
  fileprivate mutating func note(_ response: SubscribeResponse) {
    cursor = response.cursor
    guard case .event(let event) = response.body, case .messageCreated(let message) = event.change
    else { return }
    if lastSequence > 0 && message.sequence != lastSequence + 1 { isInOrder = false }
    lastSequence = message.sequence
  }
}
