import AttachmentStorage
import ChatModel
import ChatService
import Foundation
import Logging
import NIOCore
import NIOPosix
import PrometheusMetrics
import RPC
import SQLiteRepository
import Synchronization
import TTRPC
import WardlineAPI
import WardlineRPC

/// A whole server over a folder of its own, with a clock that is set by hand, and people to call it.
final class Clinic: Sendable {
  let server: Server
  let services: WardlineServices
  let chat: ChatServices
  let folder: String
  private let address: ServiceAddress
  private let repository: SQLiteRepository
  private let clock: Clock
  private let metrics = PrometheusRegistry()

  /// Streams that are open.
  var openStreams: Int {
    let name = "wardline_streams "
    let line = metrics.text().split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.dropFirst(name.count)) } ?? 0
  }

  static let start: Int64 = 1_790_000_000_000

  private init(
    _ group: MultiThreadedEventLoopGroup,
    _ repository: SQLiteRepository,
    _ hub: EventHub,
    _ folder: String,
    _ configuration: ServerConfiguration,
    _ attachments: AttachmentBackend,
    _ gate: (any AuthenticationGate)?
  ) async throws {
    let clock = Clock()
    self.clock = clock
    self.folder = folder
    self.repository = repository
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: NamesAsTokens(now: clock.now),
      attachments: attachments,
      time: EventLoopTimekeeper(group.next())
    ) { clock.now() }
    self.chat = chat
    services = WardlineServices(
      chat,
      on: group,
      checkInterval: .milliseconds(20),
      gate: gate
    ) { clock.now() }
    server = try Server(
      methods: services.methods,
      interceptors: services.interceptors,
      configuration: configuration,
      metrics: metrics,
      on: group,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    address = try await server.listen(on: .tcp(host: "127.0.0.1", port: 0))
  }

  static func with(
    _ configuration: ServerConfiguration = ServerConfiguration(),
    attachments change: (inout AttachmentBackend) -> Void = { _ in },
    gate: (any AuthenticationGate)? = nil,
    _ body: (Clinic) async throws -> Void
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
    var attachments = AttachmentBackend(
      store: try DiskAttachmentStore(folder: folder + "/attachments")
    )
    change(&attachments)
    let clinic = try await Clinic(
      group,
      repository,
      hub,
      folder,
      configuration,
      attachments,
      gate
    )
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(clinic))
    } catch {
      outcome = .failure(error)
    }
    await clinic.server.shutdown()
    await repository.close()
    try await group.shutdownGracefully()
    try? FileManager.default.removeItem(atPath: folder)
    try outcome.get()
  }

  /// The file that holds everything.
  var database: String { folder + "/wardline.sqlite" }

  /// The use cases as a server has them that starts now, over what is stored.
  func chatAnew() async throws -> ChatServices {
    let chat = ChatServices(
      repository: repository,
      hub: EventHub(),
      tokens: NamesAsTokens(now: clock.now),
      time: EventLoopTimekeeper(MultiThreadedEventLoopGroup.singleton.next()),
      now: clock.now
    )
    try await chat.sessions.restoreRevocations()
    return chat
  }

  func advance(seconds: Int64) { clock.advance(seconds: seconds) }

  /// A connection that says nothing of who is calling.
  func anonymous() async throws -> Person {
    Person(id: "", connection: try await connect(Metadata()))
  }

  /// Somebody with a token in the metadata of each call, already known to the chat.
  func person(_ id: String, _ role: String) async throws -> Person {
    let connection = try await connect(["authorization": "Bearer \(id)/\(role)"])
    let person = Person(id: id, connection: connection)
    _ = try await person.session.whoAmI(WhoAmIRequest())
    return person
  }

  /// Somebody whose token has expired.
  func expired(_ id: String, _ role: String) async throws -> Person {
    let connection = try await connect(["authorization": "Bearer \(id)/\(role)/expired"])
    return Person(id: id, connection: connection)
  }

  /// A connection of a service that has these rights to act for users.
  func service(_ id: String, scope: String) async throws -> Person {
    let connection = try await connect(["authorization": "Bearer \(id)/service/\(scope)"])
    return Person(id: id, connection: connection)
  }

  private func connect(_ metadata: Metadata) async throws -> ClientConnection {
    try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: metadata
    )
  }
}

/// One who calls.
struct Person: Sendable {
  let id: String
  let connection: ClientConnection

  var session: SessionClient<ClientConnection> { SessionClient(connection) }
  var users: UsersClient<ClientConnection> { UsersClient(connection) }
  var conversations: ConversationsClient<ClientConnection> { ConversationsClient(connection) }
  var messages: MessagesClient<ClientConnection> { MessagesClient(connection) }
  var attachments: AttachmentsClient<ClientConnection> { AttachmentsClient(connection) }
  var administration: AdministrationClient<ClientConnection> { AdministrationClient(connection) }
  var careTeams: CareTeamsClient<ClientConnection> { CareTeamsClient(connection) }
  var audit: AuditClient<ClientConnection> { AuditClient(connection) }
  var presence: PresenceClient<ClientConnection> { PresenceClient(connection) }
  var events: EventsClient<ClientConnection> { EventsClient(connection) }

  @discardableResult
  func send(
    _ content: String,
    to other: Person,
    key: String = ""
  ) async throws
    -> SendMessageResponse
  {
    try await messages.send(
      SendMessageRequest(to: .recipientID(other.id), content: content, idempotencyKey: key)
    )
  }
}

/// Time that stands still until it is moved.
private final class Clock: Sendable {
  private let time = Mutex(Clinic.start)

  func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// Tokens that are a name, a slash and a role, and perhaps another slash and a scope, valid for an
/// hour from the clinic's start.
private struct NamesAsTokens: TokenVerifying {
  let now: @Sendable () -> Timestamp

  func verify(_ token: String) throws(AuthenticationError) -> ChatService.Principal {
    let parts = token.split(separator: "/").map(String.init)
    guard (2...3).contains(parts.count), let id = UserID(parts[0]),
      let role = ChatModel.Role(rawValue: parts[1])
    else { throw AuthenticationError("the token is not valid") }
    let expiry = Timestamp(milliseconds: Clinic.start + 3_600_000)
    guard now() < expiry, parts.count == 2 || parts[2] != "expired" else {
      throw AuthenticationError("the token has expired")
    }
    return ChatService.Principal(
      userID: id,
      role: role,
      displayName: "The \(id)",
      expiresAt: expiry,
      credential: Credential(tokenID: token, issuedAt: Timestamp(milliseconds: Clinic.start)),
      actingRights: role == .service && parts.count == 3 ? ActingRights(scope: parts[2]) : []
    )
  }
}
