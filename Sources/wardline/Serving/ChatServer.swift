import ChatModel
import ChatRepository
import ChatService
import Foundation
import Identity
import Logging
import NIOCore
import NIOPosix
import RPC
import SQLiteRepository
import ServiceLifecycle
import TTRPC
import WardlineRPC

/// The whole server: the one place that chooses implementations.
struct ChatServer: Service {
  let settings: ServerSettings
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
    let services = WardlineServices(chat, on: group, now: SystemClock.now)
    let server = try Server(
      methods: services.methods,
      interceptors: services.interceptors,
      on: group,
      logger: logger
    )
    try onListening(try await listen(server))
    await waitForShutdown(verifier)
    await server.shutdown(grace: Self.drainGrace)
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
