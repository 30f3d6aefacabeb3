import NIOCore
import NIOEmbedded
import RPC
import ServerEngine
import Testing

@testable import TTRPC

extension LimitTrials {
  static let connections: [ServerLimit: LimitTrial] = [
    .connections: LimitTrial(.waits, [.connections: 2]) { stage, excess in
      let gate = try Gateway(stage.test.server)
      let last = try gate.connect(2 + excess)
      return gate.isServed(last) ? .nothing : last.isActive ? .waits : .closed
    },
    .connectionsPerAddress: LimitTrial(.closed, [.connectionsPerAddress: 2]) { stage, excess in
      let gate = try Gateway(stage.test.server)
      let last = try gate.connect(2 + excess)
      return last.isActive ? .nothing : .closed
    },
    .connectionsPerAddressPerSecond: LimitTrial(
      .closed,
      [.connectionsPerAddressPerSecond: 2]
    ) { stage, excess in
      let gate = try Gateway(stage.test.server)
      let last = try gate.connect(2 + excess)
      return last.isActive ? .nothing : .closed
    },
    .connectionsPerUser: LimitTrial(
      .refused(.resourceExhausted),
      [.connectionsPerUser: 2]
    ) { stage, excess in
      let peers = try (0..<2 + excess).map { _ in try stage.peer() }
      for peer in peers { peer.call("Claim", 1) }
      return peers.last?.outcome(1) ?? .nothing
    },
  ]

  /// A listener without a socket, whose clock stands still.
  private struct Gateway {
    private let listener: EmbeddedChannel
    private let served = Served()

    /// Keeps the connections that were let through.
    private final class Served: ChannelInboundHandler {
      typealias InboundIn = any Channel
      var channels: [any Channel] = []

      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        channels.append(Self.unwrapInboundIn(data))
      }
    }

    init(_ server: Server) throws {
      let shared = server.shared
      let admission = ConnectionAdmission(
        shared.configuration.admissionLimits,
        now: { .uptimeNanoseconds(1) }
      )
      listener = EmbeddedChannel(handlers: [shared.acceptGate(admission), served])
    }

    /// Connects so often from one address, and gives back the last connection.
    func connect(_ count: Int) throws -> any Channel {
      let channels = try (0..<count).map { _ in try connect() }
      return try #require(channels.last)
    }

    private func connect() throws -> any Channel {
      let channel = EmbeddedChannel()
      let address = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
      channel.connect(to: address, promise: nil)
      channel.remoteAddress = address
      try listener.writeInbound(channel as any Channel)
      return channel
    }

    func isServed(_ channel: any Channel) -> Bool {
      served.channels.contains { $0 === channel }
    }
  }
}
