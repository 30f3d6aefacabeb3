import RPC
import SeededRandom
import Synchronization
import TTRPC
import Testing

/// A channel over stand-ins with a clock that stands still, and a server that is there or not.
final class ChannelUnderTest: Sendable {
  private struct Server {
    var connections: [StandInConnection] = []
    var attempts = 0
    var failure: (any Error)?
    var isSilent = false
  }

  let clock = ManualClock()
  let channel: ClientChannel
  private let server: Servers

  private final class Servers: Sendable {
    let state = Mutex(Server())
  }

  init(
    interceptors: [any ClientInterceptor] = [],
    _ configure: (inout ClientChannelConfiguration) -> Void = { _ in }
  ) {
    var configuration = ClientChannelConfiguration()
    configuration.backoff = Backoff(initial: .seconds(1), factor: 2, jitter: 0)
    configuration.retry.backoff = Backoff(initial: .milliseconds(10), factor: 2, jitter: 0)
    configuration.connectTimeout = .seconds(10)
    configure(&configuration)
    let server = Servers()
    self.server = server
    channel = ClientChannel(
      configuration: configuration,
      interceptors: interceptors,
      clock: clock,
      generator: SeededGenerator(seed: 1)
    ) {
      let (connection, isSilent) = try server.state.withLock { server in
        server.attempts += 1
        if let failure = server.failure { throw failure }
        return (StandInConnection(), server.isSilent)
      }
      if isSilent { for await _ in AsyncStream<Never>.makeStream().stream {} }
      server.state.withLock { $0.connections.append(connection) }
      return connection
    }
  }

  /// Connections that were opened, in order.
  var connections: [StandInConnection] { server.state.withLock { $0.connections } }
  var areAllClosed: Bool { connections.allSatisfy(\.isClosed) }
  /// Attempts to connect.
  var attempts: Int { server.state.withLock { $0.attempts } }
  /// All calls that have reached the server.
  var calls: [StandInConnection.Call] { connections.flatMap(\.calls) }

  /// What attempts to connect fail with; nil lets them succeed.
  func fail(with error: (any Error)?) { server.state.withLock { $0.failure = error } }
  /// Attempts to connect are not answered.
  func beSilent() { server.state.withLock { $0.isSilent = true } }

  /// The last of so many calls, once they have come.
  func call(_ number: Int = 1) async throws -> StandInConnection.Call {
    try await eventually("call \(number) has come") { self.calls.count >= number }
    return calls[number - 1]
  }

  /// Moves the clock once somebody waits for exactly that time.
  func pass(_ duration: Duration) async throws {
    try await eventually("somebody waits for \(duration)") { self.clock.waits.contains(duration) }
    clock.advance(by: duration)
  }

  func unary(
    _ idempotency: MethodIdempotency = .none,
    _ note: Note = "x",
    _ options: CallOptions = CallOptions()
  ) async throws -> String {
    let answer: Note = try await channel.unary(.of(.unary, idempotency), note, options: options)
    return answer.text
  }

  func stream(
    _ idempotency: MethodIdempotency = .none,
    _ options: CallOptions = CallOptions()
  ) async throws -> MessageStream<Note> {
    try await channel.serverStreaming(
      .of(.serverStreaming, idempotency),
      "x" as Note,
      options: options
    )
  }
}

/// The status that a call ends with; nil when it ends well.
func status(_ body: () async throws -> Void) async -> RPCError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? RPCError ?? RPCError(.unknown, "\(error)")
  }
}
