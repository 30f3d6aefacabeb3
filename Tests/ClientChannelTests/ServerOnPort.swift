import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TTRPC

/// A real server that can be stopped and started again on its port.
final class ServerOnPort: Sendable {
  private struct State {
    var server: Server?
    var address = ServiceAddress.tcp(host: "127.0.0.1", port: 0)
  }

  private let methods: [ServerMethod]
  private let state = Mutex(State())

  init(_ methods: [ServerMethod]) {
    self.methods = methods
  }

  var address: ServiceAddress { state.withLock { $0.address } }
  var connectionCount: Int { state.withLock { $0.server?.connectionCount ?? 0 } }

  func start() async throws {
    let server = try Server(
      methods: methods,
      on: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let bound = try await server.listen(on: address)
    state.withLock { state in
      state.server = server
      state.address = bound
    }
  }

  func stop() async {
    let server = state.withLock { $0.server.take() }
    await server?.shutdown()
  }

  func channel(
    _ configure: (inout ClientChannelConfiguration) -> Void = { _ in }
  ) -> ClientChannel {
    var configuration = ClientChannelConfiguration()
    configuration.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
    configuration.retry.backoff = Backoff(initial: .milliseconds(5))
    configure(&configuration)
    return ClientChannel(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      configuration: configuration
    )
  }
}

/// Counts what reaches handlers.
final class Arrivals: Sendable {
  private let notes = Mutex<[String]>([])

  var texts: [String] { notes.withLock { $0 } }
  var count: Int { notes.withLock { $0.count } }

  @discardableResult
  func add(_ note: Note) -> Int {
    notes.withLock { notes in
      notes.append(note.text)
      return notes.count
    }
  }
}
