import NIOCore
import NIOPosix
import SeededRandom
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A network between a client and a server of which everything can be expected but that it changes
/// or reorders bytes, which TCP rules out. What its n-th connection suffers depends on the seed.
final class FaultProxy: Sendable {
  let port: Int
  private let network: Network
  private let listener: any Channel

  /// - Parameters:
  ///   - bytesMax: bytes that pass in one direction before it fails, at most.
  ///   - silence: how long a connection stays half open before both sides get a reset.
  init(to port: Int, seed: UInt64, bytesMax: Int, silence: TimeAmount) async throws {
    let network = Network(port: port, seed: seed, bytesMax: bytesMax, silence: silence)
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { network.join($0) }
      .bind(host: "127.0.0.1", port: 0).get()
    self.port = listener.localAddress?.port ?? 0
    self.network = network
  }

  /// Ends every connection; new ones suffer nothing.
  func heal() {
    network.heal()
  }

  func close() async {
    try? await listener.close()
    network.heal()
  }
}

/// What the connections of a proxy have in common.
private final class Network: Sendable {
  private struct State {
    var random: SeededGenerator
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isFaulty = true
  }

  private let port: Int
  private let bytesMax: Int
  private let silence: TimeAmount
  private let state: Mutex<State>

  init(port: Int, seed: UInt64, bytesMax: Int, silence: TimeAmount) {
    self.port = port
    self.bytesMax = bytesMax
    self.silence = silence
    state = Mutex(State(random: SeededGenerator(seed: seed)))
  }

  func heal() {
    let channels = state.withLock { state in
      state.isFaulty = false
      return Array(state.channels.values)
    }
    for channel in channels { channel.close(promise: nil) }
  }

  /// Connects a client that has come with the server, on one loop.
  func join(_ near: any Channel) -> EventLoopFuture<Void> {
    ClientBootstrap(group: near.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: port)
      .flatMapThrowing { far in
        self.remember(near)
        try near.pipeline.syncOperations.addHandler(Direction(to: far, self.plan(), self.silence))
        try far.pipeline.syncOperations.addHandler(Direction(to: near, self.plan(), self.silence))
        near.setOption(.autoRead, value: true).whenComplete { _ in }
        far.setOption(.autoRead, value: true).whenComplete { _ in }
      }
  }

  private func remember(_ near: any Channel) {
    let id = ObjectIdentifier(near)
    state.withLock { $0.channels[id] = near }
    near.closeFuture.whenComplete { _ in self.state.withLock { $0.channels[id] = nil } }
  }

  /// nil when nothing is to go wrong.
  private func plan() -> NetworkPlan? {
    state.withLock { state in
      state.isFaulty ? NetworkPlan.random(upTo: bytesMax, using: &state.random) : nil
    }
  }
}

/// Passes on what comes from one side, until the plan says otherwise.
private final class Direction: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel
  private let plan: NetworkPlan?
  private let silence: TimeAmount
  private var passed = 0
  private var due = NIODeadline.uptimeNanoseconds(0)
  private var isOver = false

  init(to other: any Channel, _ plan: NetworkPlan?, _ silence: TimeAmount) {
    self.other = other
    self.plan = plan
    self.silence = silence
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = Self.unwrapInboundIn(data)
    guard let plan else { return other.writeAndFlush(bytes, promise: nil) }
    while !isOver, bytes.readableBytes > 0 {
      let length = min(plan.piece, bytes.readableBytes, plan.bytes - passed)
      if length > 0, let piece = bytes.readSlice(length: length) {
        passed += length
        later(on: context.eventLoop) { [other] in other.writeAndFlush(piece, promise: nil) }
      }
      if passed >= plan.bytes { end(context.channel, plan.end) }
    }
  }

  /// Does it after everything before it, and after the delay.
  private func later(on loop: any EventLoop, _ body: @escaping @Sendable () -> Void) {
    due = max(due, loop.now) + (plan?.delay ?? .zero)
    loop.scheduleTask(deadline: due, body)
  }

  private func end(_ mine: any Channel, _ end: NetworkPlan.End) {
    isOver = true
    if end == .silence { due = max(due, mine.eventLoop.now) + silence }
    later(on: mine.eventLoop) { [other] in
      for channel in [mine, other] {
        if end != .cut, let provider = channel as? any SocketOptionProvider {
          provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
        }
        channel.close(promise: nil)
      }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    // A side that has gone takes what is still on its way with it, as networks do.
    other.close(promise: nil)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
