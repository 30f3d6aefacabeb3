import NIOCore
import NIOPosix
import Synchronization
import TTRPC

/// Keeps a number of calls in flight on a number of connections and counts the answers.
struct LoadGenerator {
  private let address: ServiceAddress
  private let connections: Int
  private let inFlight: Int
  private let template: FrameTemplate
  private let greeting: FrameTemplate?

  init(
    _ address: ServiceAddress,
    connections: Int,
    inFlight: Int,
    template: FrameTemplate,
    greeting: FrameTemplate? = nil
  ) {
    self.address = address
    self.connections = connections
    self.inFlight = inFlight
    self.template = template
    self.greeting = greeting
  }

  /// Warms up for a quarter of the time and then counts.
  ///
  /// - Throws: `LoadError` when a call fails or the server goes away.
  func measure(_ server: ServerProcess, during seconds: Double) async throws -> Measurement {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let counts = LoadCounts()
    var channels: [any Channel] = []
    for number in 0..<connections {
      channels.append(try await connect(number, counts, group))
    }
    try await Task.sleep(for: .seconds(seconds / 4))
    let start = ContinuousClock.now
    let before = counts.answers.load(ordering: .relaxed)
    let processorBefore = server.processorSeconds()
    try await Task.sleep(for: .seconds(seconds))
    let answers = counts.answers.load(ordering: .relaxed) - before
    let elapsed = ContinuousClock.now - start
    let processor = server.processorSeconds() - processorBefore
    for channel in channels { try? await channel.close() }
    try await group.shutdownGracefully()
    let failures = counts.failures.load(ordering: .relaxed)
    if failures > 0 { throw LoadError("\(failures) calls failed") }
    if answers == 0 { throw LoadError("the server answered nothing") }
    return Measurement(
      callsPerSecond: Double(answers) / elapsed.inSeconds,
      processorMicroseconds: processor * 1e6 / Double(answers)
    )
  }

  private func connect(
    _ number: Int,
    _ counts: LoadCounts,
    _ group: MultiThreadedEventLoopGroup
  ) async throws -> any Channel {
    guard case .tcp(let host, let port) = address else {
      throw LoadError("\(address) is not a TCP address")
    }
    return try await ClientBootstrap(group: group)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65536, maximum: 1 << 20)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            LoadConnection(
              template,
              greeting: greeting,
              inFlight: inFlight,
              firstNumber: UInt64(number) << 40,
              counts
            )
          )
        }
      }
      .connect(host: host, port: port).get()
  }
}

/// What one run of one case found.
struct Measurement {
  let callsPerSecond: Double
  /// Processor time of the server for one call, which a busy machine changes less than the rate.
  let processorMicroseconds: Double
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// What all connections count together.
final class LoadCounts: Sendable {
  let answers = Atomic<Int>(0)
  let failures = Atomic<Int>(0)
}

struct LoadError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
