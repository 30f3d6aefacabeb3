import AttachmentStorage
import ChatModel
import ChatService
import Foundation
import Logging
import Metrics
import NIOCore
import NIOPosix
import RPC
import SQLiteRepository
import Synchronization
import WardlineAPI
import WardlineGateway
import WardlineRPC

/// A whole server that speaks HTTP on a port of its own, over a folder of its own, with a clock that
/// is set by hand.
final class Practice: Sendable {
  let calls: InProcessCalls
  let repository: SQLiteRepository
  private let server: GatewayServer
  private let clock: Clock
  private let group: MultiThreadedEventLoopGroup

  static let start: Int64 = 1_790_000_000_000

  private init(
    _ group: MultiThreadedEventLoopGroup,
    _ repository: SQLiteRepository,
    _ hub: EventHub,
    _ attachments: AttachmentBackend,
    _ options: PracticeOptions
  ) async throws {
    let clock = Clock()
    self.clock = clock
    self.group = group
    self.repository = repository
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: NamesAsTokens(now: clock.now),
      attachments: attachments,
      time: EventLoopTimekeeper(group.next())
    ) { clock.now() }
    let services = WardlineServices(chat, on: group, checkInterval: .milliseconds(20)) {
      clock.now()
    }
    calls = InProcessCalls(
      methods: services.methods,
      interceptors: services.interceptors + options.interceptors
    )
    var face = GatewayFace(calls)
    face.settings.heartbeatInterval = .seconds(1)
    options.change(&face.settings)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    if let app = options.app {
      face.show(
        WebApp(
          app.settings,
          providers: app.providers,
          randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0 ... .max) } },
          now: clock.now,
          logger: logger
        )
      )
    }
    server = try await GatewayServer.start(
      Gateway(face, metrics: options.metrics, logger: logger),
      host: "127.0.0.1",
      port: 0,
      group: group
    )
  }

  /// - Parameter interceptors: are asked after those of the chat.
  static func with(
    settings change: @escaping (inout GatewaySettings) -> Void = { _ in },
    interceptors: [any ServerInterceptor] = [],
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    app: PracticeApp? = nil,
    _ body: (Practice) async throws -> Void
  ) async throws {
    let folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("wardline-\(UUID().uuidString)").path
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let hub = EventHub()
    let repository = try SQLiteRepository(
      SQLiteConfiguration(folder: folder),
      onCommit: { hub.committed($0) }
    )
    let attachments = AttachmentBackend(
      store: try DiskAttachmentStore(folder: folder + "/attachments")
    )
    let options = PracticeOptions(
      change: change,
      interceptors: interceptors,
      metrics: metrics,
      app: app
    )
    let practice = try await Practice(group, repository, hub, attachments, options)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(practice))
    } catch {
      outcome = .failure(error)
    }
    await practice.stop()
    await repository.close()
    try await group.shutdownGracefully()
    try? FileManager.default.removeItem(atPath: folder)
    try outcome.get()
  }

  func stop() async { await server.stop(grace: .seconds(5)) }

  var port: Int { server.port ?? 0 }

  func advance(seconds: Int64) { clock.advance(seconds: seconds) }

  /// Somebody with a token, known to the chat from now on.
  func person(_ id: String, _ role: String) async throws -> Visitor {
    let visitor = Visitor(port: port, authorization: "Bearer \(id)/\(role)", id: id)
    let me = try await visitor.get("/api/me")
    guard me.status == 200 else { throw RPCError(.unknown, "\(id) is not let in: \(me.text)") }
    return visitor
  }

  /// Somebody without a token.
  var stranger: Visitor { Visitor(port: port, authorization: nil, id: "") }

  /// A caller of the methods themselves.
  func caller(_ id: String, _ role: String) -> InProcessTransport {
    let connection = ConnectionContext(eventLoop: group.next(), remoteAddress: "test")
    return calls.transport(
      from: connection,
      metadata: ["authorization": "Bearer \(id)/\(role)"]
    )
  }

  /// Gives a patient into the care of a professional. Both must have called before.
  func assign(_ patient: String, to professional: String) async throws {
    let admin = CareTeamsClient(caller("root", "admin"))
    let request = AssignCareRequest(patientID: patient, professionalID: professional)
    _ = try await admin.assign(request)
  }
}

/// How a server is to be other than usual.
private struct PracticeOptions {
  let change: (inout GatewaySettings) -> Void
  let interceptors: [any ServerInterceptor]
  let metrics: any MetricsFactory
  let app: PracticeApp?
}

/// The web app of a server.
struct PracticeApp {
  var settings = WebSettings()
  var providers: [OpenIDSignIn] = []
}

/// Time that stands still until it is moved.
private final class Clock: Sendable {
  private let time = Mutex(Practice.start)

  func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// Tokens that are a name, a slash and a role, valid for an hour from the start.
private struct NamesAsTokens: TokenVerifying {
  let now: @Sendable () -> Timestamp

  func verify(_ token: String) throws(AuthenticationError) -> ChatService.Principal {
    let parts = token.split(separator: "/").map(String.init)
    guard parts.count == 2, let id = UserID(parts[0]),
      let role = ChatModel.Role(rawValue: parts[1])
    else { throw AuthenticationError("the token is not valid") }
    let expiry = Timestamp(milliseconds: Practice.start + 3_600_000)
    guard now() < expiry else { throw AuthenticationError("the token has expired") }
    return ChatService.Principal(
      userID: id,
      role: role,
      displayName: "The \(id)",
      expiresAt: expiry,
      credential: Credential(
        tokenID: token,
        issuedAt: Timestamp(milliseconds: Practice.start)
      ),
      actingRights: []
    )
  }
}
