import ChatModel
import ChatRepository
import ChatService
@preconcurrency import Foundation
import Logging
import NIOCore
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import SQLiteRepository
import ServerServices
import ServiceAPI
import TTRPC
import WardlineRPC

/// The whole chat on one loop, put together as `wardline serve` does it: audit, policy, rate limits,
/// deadlines, metrics and health. Only signatures of tokens and attachments are left out, and limits
/// are so wide that one user may make all of the load.
struct ChatBench {
  static let sender = "amara"
  static let recipient = "dr-lindqvist"

  let server: Server
  /// The same methods and interceptors, for callers within the process.
  let calls: InProcessCalls
  let group: MultiThreadedEventLoopGroup
  private let chat: ChatServices
  private let repository: SQLiteRepository

  /// - Parameter folder: of the data; made if it is missing.
  init(folder: String, auditReads: AuditTrail.Reads) async throws {
    let hub = EventHub()
    let repository = try SQLiteRepository(
      SQLiteConfiguration(folder: folder),
      onCommit: { hub.committed($0) }
    )
    for name in [Self.sender, Self.recipient] {
      guard let id = UserID(name) else { continue }
      _ = try await repository.write(
        PutUser(id: id, displayName: name, role: Self.role(of: name)),
        WriteContext(actor: id, now: Self.now())
      )
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: NamesAsTokens(),
      auditReads: auditReads,
      time: EventLoopTimekeeper(group.next()),
      now: Self.now
    )
    try await chat.sessions.restoreRevocations()
    self.chat = chat
    self.repository = repository
    self.group = group
    let (methods, interceptors, metrics) = Self.parts(chat, group)
    calls = InProcessCalls(methods: methods, interceptors: interceptors)
    server = try Self.makeServer(methods, interceptors, metrics, group)
  }

  /// What somebody calls the chat by, within the process.
  func transport(of name: String) -> InProcessTransport {
    let connection = ConnectionContext(eventLoop: group.next(), remoteAddress: "bench")
    return calls.transport(from: connection, metadata: ["authorization": "Bearer \(name)"])
  }

  func stop() async {
    await server.shutdown()
    await chat.stop()
    await repository.close()
  }

  private static func parts(
    _ chat: ChatServices,
    _ group: MultiThreadedEventLoopGroup
  ) -> ([ServerMethod], [any ServerInterceptor], PrometheusRegistry) {
    let services = WardlineServices(chat, on: group, now: now)
    let states = ServingStates(Set(services.methods.map(\.descriptor.service)))
    states.setAll(.serving)
    let health = HealthHandler(states).methods
    let methods = services.methods + health
    let metrics = PrometheusRegistry()
    let outer: [any ServerInterceptor] = [
      MetricsInterceptor(methods, metrics: metrics),
      DeadlineCap(unary: .init(withoutDeadline: .minutes(1), longest: .minutes(10))),
    ]
    let interceptors =
      outer + services.interceptors(open: health, last: [limiter(services, metrics)])
    return (methods, interceptors, metrics)
  }

  private static func makeServer(
    _ methods: [ServerMethod],
    _ interceptors: [any ServerInterceptor],
    _ metrics: PrometheusRegistry,
    _ group: MultiThreadedEventLoopGroup
  ) throws -> Server {
    var configuration = ServerConfiguration()
    // All of the load comes from one address.
    configuration.connectionsPerAddressMax = configuration.connectionsMax
    configuration.connectionsPerAddressPerSecond = Int(Int32.max)
    return try Server(
      methods: methods,
      interceptors: interceptors,
      configuration: configuration,
      metrics: metrics,
      on: group,
      logger: Logger(label: "chat")
    )
  }

  private static func limiter(
    _ services: WardlineServices,
    _ metrics: PrometheusRegistry
  ) -> RateLimiter {
    let widest = RateLimit(RateLimit.countRange.upperBound, per: .second)
    return RateLimiter(
      services.operations.map { (method: $0.method, rates: .init(user: widest, stranger: widest)) },
      metrics: metrics,
      caller: { context in
        guard let principal = WardlineServices.principal(of: context) else {
          return .stranger(address: context.connection.remoteAddress)
        }
        return .user(principal.userID.rawValue)
      }
    )
  }

  static let now: @Sendable () -> Timestamp = {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  static func role(of name: String) -> Role {
    name == sender || name.hasPrefix("patient-") ? .patient : .dietitian
  }
}

/// Signatures are not what is measured here.
private struct NamesAsTokens: TokenVerifying {
  func verify(_ token: String) throws(AuthenticationError) -> Principal {
    guard let id = UserID(token) else { throw AuthenticationError("not a name") }
    return Principal(
      userID: id,
      role: ChatBench.role(of: token),
      displayName: token,
      expiresAt: Timestamp(milliseconds: .max)
    )
  }
}
