import ChatModel
import ChatRepository
import ChatService
import Foundation
import Identity
import Logging
import Metrics
import NIOCore
import NIOPosix
import PrometheusMetrics
import RPC
import RPCInterceptors
import SQLiteRepository
import ServerServices
import ServiceAPI
import ServiceLifecycle
import TTRPC
import WardlineAdmin
import WardlineRPC

/// The whole server: the one place that chooses implementations.
struct ChatServer: Service {
  let settings: ServerSettings
  /// What the admin port shows; nil without one.
  let metrics: PrometheusRegistry?
  let logger: Logger
  /// Called with the addresses once the server accepts connections.
  let onListening: @Sendable ([ServiceAddress]) throws -> Void

  func run() async throws {
    let hub = EventHub()
    let repository = try SQLiteRepository(
      SQLiteConfiguration(folder: settings.dataFolder),
      logger: logger
    ) { hub.committed($0) }
    do {
      try await serve(repository, hub)
    } catch {
      await repository.close()
      throw error
    }
    await repository.close()
  }

  private func serve(_ repository: SQLiteRepository, _ hub: EventHub) async throws {
    let verifier = try await makeVerifier()
    if settings.isDevelopment {
      try await SampleClinic.load(into: repository, now: SystemClock.now())
    }
    let chat = ChatServices(
      repository: repository,
      hub: hub,
      tokens: BearerTokens(verifier: verifier, leewaySeconds: rules.leewaySeconds),
      now: SystemClock.now
    )
    let group = MultiThreadedEventLoopGroup.singleton
    let assembly = try ServerAssembly(chat, metrics: metrics, on: group, logger: logger)
    let server = try Server(
      methods: assembly.methods,
      interceptors: assembly.interceptors,
      metrics: metrics ?? NOOPMetricsHandler.instance,
      on: group,
      logger: logger
    )
    let admin = try await startAdmin(assembly.states)
    do {
      try onListening(try await listen(server))
    } catch {
      await admin?.stop()
      throw error
    }
    assembly.states.setAll(.serving)
    await waitForShutdown(verifier)
    assembly.states.drain()
    await server.shutdown(grace: Self.drainGrace)
    await admin?.stop()
  }

  private func startAdmin(_ states: ServingStates) async throws -> AdminServer? {
    guard let metrics, let address = settings.adminListen else { return nil }
    do {
      let admin = try await AdminServer.start(
        on: address.forAdmin,
        metrics: metrics,
        isReady: { states.isServing },
        logger: logger
      )
      Terminal.print("metrics and health on \(address.with(port: admin.port))")
      return admin
    } catch {
      throw SettingError("cannot listen on \(address) for metrics; choose another --admin-listen")
    }
  }

  private func listen(_ server: Server) async throws -> [ServiceAddress] {
    var addresses: [ServiceAddress] = []
    for address in settings.listen {
      do {
        addresses.append(try await server.listen(on: address))
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

  private func makeVerifier() async throws -> TokenVerifier {
    let source: KeySource
    if let keyFile = settings.keyFile {
      source = .keyFile(path: keyFile)
    } else {
      source = .development(try await DevelopmentKey.loadOrCreate(folder: settings.dataFolder))
    }
    return try await TokenVerifier(
      keys: source,
      rules: rules,
      logger: logger,
      now: SystemClock.now
    )
  }

  /// Returns when the process was told to stop; until then the keys are kept fresh.
  private func waitForShutdown(_ verifier: TokenVerifier) async {
    await withTaskGroup { group in
      if settings.keyFile != nil {
        group.addTask {
          await verifier.followKeyFile(every: Self.keyFileInterval, clock: .continuous)
        }
      }
      try? await gracefulShutdown()
      group.cancelAll()
    }
  }

  /// For how long calls may go on after the process was told to stop.
  private static let drainGrace = Duration.seconds(30)
  private static let keyFileInterval = Duration.seconds(5)
}
