import GRPCTransport
import InteropAPI
public import Logging
import NIOCore
public import NIOPosix
import RPC

/// The interop calls over gRPC.
public final class GRPCInteropServer: Sendable {
  /// Where it listens.
  public let port: Int
  private let server: GRPCServer
  private let drained: DrainSignal

  /// Starts to listen on this machine.
  ///
  /// - Throws: what the system says, such as that the port is in use.
  public init(
    port: Int,
    group: MultiThreadedEventLoopGroup = .singleton,
    logger: Logger = Logger(label: "interop") { _ in SwiftLogNoOpLogHandler() }
  ) async throws {
    let board = OutcomeBoard()
    let drained = DrainSignal()
    self.drained = drained
    server = try GRPCServer(
      methods: InteropHandlers(board: board).servedMethods
        + ControlHandlers(board: board, onDrain: { drained.begin() }).methods,
      on: group,
      logger: logger
    )
    self.port = try await server.listen(host: "127.0.0.1", port: port)
  }

  /// Serves until a client asks for the graceful shutdown, and returns when that is done.
  public func run() async {
    await drained.wait()
    await server.shutdown(grace: .seconds(5))
  }
}
