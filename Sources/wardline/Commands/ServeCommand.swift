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
      WARDLINE_TLS_CERTIFICATE, WARDLINE_LIMITS_CONNECTIONS and so on), then from the JSON file of \
      --config (listen, tls.certificate, limits.connections). docs/operations.md lists them all.

      SIGTERM or SIGINT lets what runs end and then stops; a second one stops at once. SIGHUP reads \
      certificates and keys again.
      """
  )

  @Flag(help: "A sample clinic, tokens for its people, loopback only. Not for real patients.")
  var dev = false

  @Option(
    help: """
      HOST:PORT, tls://HOST:PORT or unix:PATH; may be given more than once. (default: \
      127.0.0.1:7300)
      """
  )
  var listen: [String] = []

  @OptionGroup var tls: ServerTLSOptions

  @Option(help: "The mode of the files of Unix sockets. (default: 0600)")
  var socketMode: String?

  @Option(
    help: ArgumentHelp(
      "Whom a client certificate or Unix user stands for; may be given more than once.",
      discussion: "PROOF is uri:URI, dns:NAME or cn:NAME of a certificate, or uid:NUMBER.",
      valueName: "proof=user:role"
    )
  )
  var identity: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set a limit; may be given more than once. docs/operations.md has the names.",
      valueName: "name=value"
    )
  )
  var limit: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set a limit of the chat; may be given more than once. docs/operations.md has the names.",
      valueName: "name=value"
    )
  )
  var chatLimit: [String] = []

  @Option(
    help: ArgumentHelp(
      "How often a method may be called, such as \"Messages/Send=20/s burst 40\"; repeatable.",
      valueName: "name=rate"
    )
  )
  var rate: [String] = []

  @Option(
    help: "strict: reads wait for their audit records; relaxed: they do not. (default: strict)"
  )
  var auditReads: String?

  @Option(help: "How long calls may go on once the server is told to stop. (default: 30000)")
  var drainGraceMs: Int?

  @Option(
    help: ArgumentHelp(
      "HOST:PORT or tls://HOST:PORT for the chat over HTTP, or none; may be given more than once.",
      discussion: "With --dev and without --listen 127.0.0.1:7380, else none."
    )
  )
  var httpListen: [String] = []

  @Option(
    help: ArgumentHelp(
      "HOST:PORT or tls://HOST:PORT for gRPC, or none; may be given more than once.",
      discussion: "With --dev and without --listen 127.0.0.1:7350, else none."
    )
  )
  var grpcListen: [String] = []

  @Option(help: "PORT, HOST:PORT or unix:PATH for metrics and health over HTTP. (default: none)")
  var adminListen: String?

  @Option(help: "The folder of the data. (default: var)")
  var data: String?

  @Option(help: "Where backups are made. (default: backups in the data folder)")
  var backupFolder: String?

  @Option(help: "The JWKS file with the public keys of whoever issues tokens (EdDSA or ES256).")
  var keys: String?

  @Option(help: "A JSON file with settings.")
  var config: String?

  @Option(help: "debug, info, notice, warning or error. (default: notice)")
  var logLevel: String?

  func run() async throws {
    let settings: ServerSettings
    do {
      settings = try await ServerSettings(overrides, file: config)
    } catch let error as SettingError {
      throw ValidationError(error.description)
    }
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "wardline")
    logger.logLevel = settings.logLevel
    let signals = await ServerSignals()
    let metrics = settings.adminListen.map { _ in Self.startMetrics() }
    let server = ChatServer(
      settings: settings,
      metrics: metrics,
      logger: logger,
      reloads: signals.reloads
    ) { addresses in
      try announce(addresses, settings)
    }
    let group = ServiceGroup(services: [server], logger: logger)
    let obeying = Task { await signals.obey { await group.triggerGracefulShutdown() } }
    defer { obeying.cancel() }
    do {
      try await group.run()
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

  private var overrides: ServerSettings.Overrides {
    ServerSettings.Overrides(
      listen: listen,
      socketMode: socketMode,
      tlsCertificate: tls.certificate,
      tlsKey: tls.key,
      tlsClientCA: tls.clientCA,
      tlsClientCertificates: tls.clientCertificates,
      identities: identity,
      httpListen: httpListen,
      grpcListen: grpcListen,
      adminListen: adminListen,
      dataFolder: data,
      backupFolder: backupFolder,
      isDevelopment: dev,
      keyFile: keys,
      logLevel: logLevel,
      limits: limit,
      chatLimits: chatLimit,
      rates: rate,
      auditReads: auditReads,
      drainGraceMilliseconds: drainGraceMs
    )
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
