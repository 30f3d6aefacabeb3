import ChatModel
import ChatRepository
import ChatService
import Foundation
import GRPCTransport
import Identity
import Logging
import Metrics
import NIOCore
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import SQLiteRepository
import ServerEngine
import ServerServices
import ServiceAPI
import ServiceLifecycle
import TTRPC
import WardlineAdmin
import WardlineGateway
import WardlineRPC

/// The whole server: the one place that chooses implementations.
struct ChatServer: Service {
  let settings: ServerSettings
  /// What the admin port shows; nil without one.
  let metrics: PrometheusRegistry?
  let logger: Logger
  /// Each asks for certificates and keys to be read again.
  let reloads: AsyncStream<Void>
  /// Called with the addresses once the server accepts connections.
  let onListening: @Sendable ([ServiceAddress]) throws -> Void

  func run() async throws {
    let hub = EventHub()
    var configuration = SQLiteConfiguration(folder: settings.dataFolder)
    if let backupFolder = settings.backupFolder { configuration.backupFolder = backupFolder }
    if let bytes = settings.auditReserveBytes { configuration.auditReserveBytes = bytes }
    let repository = try SQLiteRepository(configuration, logger: logger) { hub.committed($0) }
    if let metrics { Self.showStorage(repository, in: metrics) }
    do {
      try await serve(repository, hub)
    } catch {
      await repository.close()
      throw error
    }
    await repository.close()
  }

  private static func showStorage(_ repository: SQLiteRepository, in metrics: PrometheusRegistry) {
    StorageMetrics.install(in: metrics) {
      let search = repository.searchCondition
      return StorageMetrics.Reading(
        searchLagEvents: search.lag,
        searchLag: search.age,
        isSearchFailing: search.isFailing,
        reservedAuditRecords: repository.reservedAuditRecords
      )
    }
  }

  private func serve(_ repository: SQLiteRepository, _ hub: EventHub) async throws {
    let sessionKey = settings.openID.providers.isEmpty ? nil : try await SessionKey()
    let verifier = try await makeVerifier(sessionKey)
    if settings.isDevelopment {
      try await SampleClinic.load(into: repository, now: SystemClock.now())
    }
    let group = MultiThreadedEventLoopGroup.singleton
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: BearerTokens(verifier: verifier, leewaySeconds: rules.leewaySeconds),
      limits: settings.chatLimits,
      attachments: try AttachmentUpkeep.backend(settings, logger: logger),
      auditReads: settings.auditReads,
      time: EventLoopTimekeeper(group.next()),
      now: SystemClock.now
    )
    try await chat.sessions.restoreRevocations()
    let assembly = try ServerAssembly(
      chat,
      limits: settings.chatLimits,
      rates: settings.rates,
      metrics: metrics,
      on: group,
      logger: logger
    )
    let server = try Server(
      methods: assembly.methods,
      interceptors: assembly.interceptors,
      configuration: settings.limits,
      metrics: metrics ?? NOOPMetricsHandler.instance,
      on: group,
      logger: logger
    )
    let tls = try settings.tls.map { try ServerTLS($0, logger: logger) }
    let identities = ConnectionIdentities(rules: settings.identities)
    await identities.enter(into: chat.sessions, logger: logger)
    let admin = try await startAdmin(assembly.states)
    let http = httpFace(assembly, tls, providers(sessionKey, repository))
    let grpc = grpcFace(assembly, tls, identities)
    var httpServers: [GatewayServer] = []
    var grpcServer: GRPCServer?
    do {
      httpServers = try await http.start(on: group)
      grpcServer = try await grpc.start(on: group)
      try onListening(try await listen(server, tls, identities))
    } catch {
      await HTTPFace.stop(httpServers, grace: .zero)
      await grpcServer?.shutdown()
      await admin?.stop()
      throw error
    }
    assembly.states.setAll(.serving)
    await waitForShutdown(verifier, tls, chat.attachments)
    assembly.states.drain()
    let (openHTTP, openGRPC) = (httpServers, grpcServer)
    async let httpEnd: Void = HTTPFace.stop(openHTTP, grace: settings.drainGrace)
    async let grpcEnd: Void? = openGRPC?.shutdown(grace: settings.drainGrace)
    await server.shutdown(grace: settings.drainGrace)
    await httpEnd
    await grpcEnd
    await chat.stop()
    await admin?.stop()
  }

  private func httpFace(
    _ assembly: ServerAssembly,
    _ tls: ServerTLS?,
    _ providers: [OpenIDSignIn]
  ) -> HTTPFace {
    HTTPFace(
      settings: settings,
      assembly: assembly,
      tls: tls,
      providers: providers,
      metrics: metrics,
      logger: logger
    )
  }

  private func grpcFace(
    _ assembly: ServerAssembly,
    _ tls: ServerTLS?,
    _ identities: ConnectionIdentities
  ) -> GRPCFace {
    GRPCFace(
      settings: settings,
      assembly: assembly,
      tls: tls,
      identities: identities,
      metrics: metrics,
      logger: logger
    )
  }

  private func startAdmin(_ states: ServingStates) async throws -> AdminServer? {
    guard let metrics, let address = settings.adminListen else { return nil }
    guard let place = address.forAdmin else {
      throw SettingError("\(address) is encrypted; the admin port is not: leave out tls://")
    }
    do {
      let admin = try await AdminServer.start(
        on: place,
        metrics: metrics,
        isReady: { states.isServing },
        onListening: AcceptBackoff.protect,
        logger: logger
      )
      Terminal.print("metrics and health on \(address.with(port: admin.port))")
      return admin
    } catch {
      throw SettingError("cannot listen on \(address) for metrics; choose another --admin-listen")
    }
  }

  private func listen(
    _ server: Server,
    _ tls: ServerTLS?,
    _ identities: ConnectionIdentities
  ) async throws -> [ServiceAddress] {
    var addresses: [ServiceAddress] = []
    for address in settings.listen {
      let options = ListenerOptions(
        tls: address.isEncrypted ? tls : nil,
        socketMode: settings.socketMode,
        identify: { identities.identity(of: $0) }
      )
      do {
        addresses.append(try await server.listen(on: address, options: options))
      } catch let error as IOError {
        let reason = String(cString: strerror(error.errnoCode))
        throw SettingError("cannot listen on \(address): \(reason); choose another with --listen")
      }
    }
    return addresses
  }

  private var rules: TokenRules {
    TokenRules(audience: settings.audience, issuer: settings.issuer)
  }

  private func providers(
    _ key: SessionKey?,
    _ repository: any ChatRepository
  ) -> [OpenIDSignIn] {
    guard let key else { return [] }
    let tokens = SessionTokens(
      key: key,
      rules: rules,
      // The verifier takes them for that much longer.
      lifetimeSeconds: settings.openID.sessionSeconds - rules.leewaySeconds,
      now: SystemClock.now
    )
    return OpenIDSignIn.all(of: settings.openID, repository, tokens: tokens)
  }

  private func makeVerifier(_ sessionKey: SessionKey?) async throws -> TokenVerifier {
    let source: KeySource
    if let keyFile = settings.keyFile {
      source = .keyFile(path: keyFile)
    } else {
      source = .development(try await DevelopmentKey.loadOrCreate(folder: settings.dataFolder))
    }
    return try await TokenVerifier(
      keys: source,
      rules: rules,
      sessionKey: sessionKey,
      logger: logger,
      now: SystemClock.now
    )
  }

  /// Returns when the process was told to stop; until then keys and certificates are kept fresh.
  private func waitForShutdown(
    _ verifier: TokenVerifier,
    _ tls: ServerTLS?,
    _ attachments: Attachments?
  ) async {
    await withTaskGroup { group in
      if settings.keyFile != nil {
        group.addTask {
          await verifier.followKeyFile(every: Self.fileInterval, clock: .continuous)
        }
      }
      if let tls {
        group.addTask { await tls.followFiles(every: Self.fileInterval, clock: .continuous) }
      }
      if let attachments {
        let time = EventLoopTimekeeper(MultiThreadedEventLoopGroup.singleton.next())
        let upkeep = AttachmentUpkeep(attachments: attachments, time: time, logger: logger)
        group.addTask { await upkeep.run() }
      }
      group.addTask {
        for await _ in reloads { await reload(verifier, tls) }
      }
      try? await gracefulShutdown()
      group.cancelAll()
    }
  }

  private func reload(_ verifier: TokenVerifier, _ tls: ServerTLS?) async {
    tls?.reloadAndReport()
    guard settings.keyFile != nil else { return }
    do throws(KeyFileError) {
      try await verifier.reload()
      logger.notice("the keys of the key file are in use as they are now")
    } catch {
      logger.warning("the keys stay as they were: \(error)")
    }
  }

  private static let fileInterval = Duration.seconds(5)
}
