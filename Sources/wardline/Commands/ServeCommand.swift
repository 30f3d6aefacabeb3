import ArgumentParser
import Logging
import PrometheusMetrics
import ServiceLifecycle
import TTRPC
import UnixSignals
import WardlineAdmin

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a server.",
    discussion: """
      Settings come from the command line, then from the environment (WARDLINE_LISTEN, \
      WARDLINE_DATA, WARDLINE_KEYS, WARDLINE_AUDIENCE, WARDLINE_ISSUER, WARDLINE_LOG_LEVEL, \
      WARDLINE_ADMIN_LISTEN), then \
      from the JSON file of --config (listen, data, keys, audience, issuer, log.level, admin.listen).
      """
  )

  @Flag(help: "A sample clinic, tokens for its people, loopback only. Not for real patients.")
  var dev = false

  @Option(help: "HOST:PORT or unix:PATH; may be given more than once. (default: 127.0.0.1:7300)")
  var listen: [String] = []

  @Option(help: "PORT, HOST:PORT or unix:PATH for metrics and health over HTTP. (default: none)")
  var adminListen: String?

  @Option(help: "The folder of the data. (default: var)")
  var data: String?

  @Option(help: "The JWKS file with the public keys of whoever issues tokens (EdDSA or ES256).")
  var keys: String?

  @Option(help: "A JSON file with settings.")
  var config: String?

  @Option(help: "debug, info, notice, warning or error. (default: notice)")
  var logLevel: String?

  func run() async throws {
    let settings: ServerSettings
    do {
      settings = try await ServerSettings(
        .init(
          listen: listen,
          adminListen: adminListen,
          dataFolder: data,
          isDevelopment: dev,
          keyFile: keys,
          logLevel: logLevel
        ),
        file: config
      )
    } catch let error as SettingError {
      throw ValidationError(error.description)
    }
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "wardline")
    logger.logLevel = settings.logLevel
    let metrics = settings.adminListen.map { _ in Self.startMetrics() }
    let server = ChatServer(settings: settings, metrics: metrics, logger: logger) { addresses in
      try announce(addresses, settings)
    }
    do {
      try await ServiceGroup(
        services: [server],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      ).run()
    } catch {
      Terminal.fail("the server stopped: \(error)")
      throw ExitCode.failure
    }
  }

  /// Without somebody to show them to, metrics cost nothing.
  private static func startMetrics() -> PrometheusRegistry {
    let registry = PrometheusRegistry(MetricCatalog.descriptions)
    ProcessMetrics.install(in: registry)
    return registry
  }

  private func announce(_ addresses: [ServiceAddress], _ settings: ServerSettings) throws {
    if let first = addresses.first { try AddressFile.write(first, in: settings.dataFolder) }
    for address in addresses { Terminal.print("wardline listening on \(address)") }
    Terminal.print("data in \(settings.dataFolder)")
    guard settings.isDevelopment else { return }
    let program = CommandLine.arguments.first ?? "wardline"
    let folder =
      settings.dataFolder == ServerSettings.defaultDataFolder
      ? "" : " --data \(settings.dataFolder)"
    Terminal.print(
      """
      talk from two other terminals:
        \(program) chat --as amara --with dr-lindqvist\(folder)
        \(program) chat --as dr-lindqvist --with amara\(folder)
      """
    )
  }
}
