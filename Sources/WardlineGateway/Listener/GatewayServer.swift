import Hummingbird
import HummingbirdCore
import Logging
public import NIOCore
import RPC
import ServerEngine
import ServiceLifecycle

/// The chat over HTTP: the routes of docs/http.md on one address.
public final class GatewayServer: Sendable {
  private let calls: InProcessCalls
  private let group: ServiceGroup
  private let task: Task<Void, any Error>
  /// By which it is timed.
  private let loop: any EventLoop
  /// The port, which the system chose if port 0 was asked for.
  public let port: Int?

  private init(
    _ calls: InProcessCalls,
    _ group: ServiceGroup,
    _ task: Task<Void, any Error>,
    _ loop: any EventLoop,
    port: Int?
  ) {
    self.loop = loop
    self.calls = calls
    self.group = group
    self.task = task
    self.port = port
  }

  /// Starts to listen.
  ///
  /// - Throws: what the system says, such as that the address is in use.
  public static func start(
    _ gateway: Gateway,
    host: String,
    port: Int,
    makeTLSHandler: (@Sendable () throws -> any ChannelHandler & RemovableChannelHandler)? = nil,
    group: any EventLoopGroup,
    onListening: @escaping @Sendable (any Channel) -> Void = { _ in }
  ) async throws -> GatewayServer {
    let (ports, started) = AsyncThrowingStream<Int?, any Error>.makeStream()
    let logger = gateway.logger
    let executors = LoopExecutors(group)
    let application = Application(
      router: gateway.router(isEncrypted: makeTLSHandler != nil),
      server: HTTPServerBuilder {
        GatewayChannel(responder: $0, gateway, makeTLSHandler, executors)
      },
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        await stand(gateway.acceptGate, before: channel)
        onListening(channel)
        started.yield(channel.localAddress?.port)
      },
      eventLoopGroupProvider: .shared(group),
      logger: logger
    )
    let services = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: logger)
    )
    // Detached, so that the end of the chat, of which tasks hear through their parents, does not
    // cut connections off.
    let task = Task.detached {
      do {
        try await services.run()
        started.finish()
      } catch {
        started.finish(throwing: error)
        throw error
      }
    }
    for try await port in ports {
      return GatewayServer(gateway.face.calls, services, task, group.any(), port: port)
    }
    throw CancellationError()
  }

  /// Puts a gate before the connections of a listener.
  private static func stand(
    _ gate: @escaping @Sendable () -> AcceptGate,
    before listener: any Channel
  ) async {
    let isThere = listener.eventLoop.submit {
      try listener.pipeline.syncOperations.addHandler(gate(), position: .first)
    }
    // Fails only when the listener has been closed meanwhile.
    try? await isThere.get()
  }

  /// Takes no more connections, ends live events, lets requests that are being answered end, and
  /// returns when that is done.
  ///
  /// - Parameter grace: when it takes longer, what is left is cut off.
  public func stop(grace: Duration) async {
    calls.drain()
    await group.triggerGracefulShutdown()
    let cutOff = loop.scheduleTask(in: TimeAmount(grace)) { [task] in task.cancel() }
    _ = await task.result
    cutOff.cancel()
  }
}
