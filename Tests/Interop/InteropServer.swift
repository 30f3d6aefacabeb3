import InteropAPI
public import Logging
import NIOCore
public import NIOPosix
import RPC
import Synchronization
public import TTRPC

/// A server of the interop calls, with limits so small that the cases can reach them.
public final class InteropServer: Sendable {
  /// Handlers that may run on a connection.
  public static let handlersMax = 64
  /// Silence after which a client that knows pings is sent one.
  public static let keepaliveMilliseconds: Int64 = 250

  /// Bytes, so few that most messages of the cases do not fit.
  private static let window = 16_384

  /// Where it listens.
  public let address: ServiceAddress
  private let server: Server
  private let drained: DrainSignal

  /// Starts to listen.
  ///
  /// - Throws: what the system says, such as that the address is in use.
  public init(
    on address: ServiceAddress,
    group: MultiThreadedEventLoopGroup = .singleton,
    logger: Logger = Logger(label: "interop") { _ in SwiftLogNoOpLogHandler() }
  ) async throws {
    let board = OutcomeBoard()
    let drained = DrainSignal()
    var configuration = ServerConfiguration()
    configuration.handlersPerConnectionMax = Self.handlersMax
    configuration.keepaliveInterval = .milliseconds(Self.keepaliveMilliseconds)
    configuration.keepaliveTimeout = .seconds(2)
    configuration.initialWindow = Self.window
    self.drained = drained
    server = try Server(
      methods: InteropHandlers(board: board).servedMethods
        + ControlHandlers(board: board, onDrain: { drained.begin() }).methods,
      configuration: configuration,
      on: group,
      logger: logger
    )
    self.address = try await server.listen(on: address)
  }

  /// Serves until a client asks for the graceful shutdown, and returns when that is done.
  public func run() async {
    await drained.wait()
    await server.shutdown(grace: .seconds(5))
  }

  /// Stops serving at once.
  public func shutdown() async {
    await server.shutdown()
  }

  /// Connections that are open now.
  public var connectionCount: Int { server.connectionCount }
}
