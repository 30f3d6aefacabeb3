import ChatModel
import ChatService
import Configuration
import Foundation
import Logging
import SystemPackage
import TTRPC
import WardlineGateway

/// What the operator has decided, from the command line, the environment and a file, in that order.
///
/// The environment variable of a setting is its name in capitals behind `WARDLINE_`, words joined
/// by underscores: `WARDLINE_LISTEN`. In the JSON file it is the name itself, with a dot for each
/// object within.
struct ServerSettings: Sendable {
  /// Where the server listens when nobody says anything else: loopback only.
  static let defaultAddress = ServiceAddress.tcp(host: "127.0.0.1", port: 7300)
  static let defaultDataFolder = "var"

  var listen: [ServiceAddress]
  /// The mode of the files of Unix sockets.
  var socketMode: UInt16
  /// The certificate of `tls` addresses.
  var tls: ServerTLS.Configuration?
  /// Who is calling, by certificate or by Unix user.
  var identities: [IdentityRule]
  /// Where the chat is spoken over HTTP, and how much is accepted there.
  var http: HTTPSettings
  /// How the web app is reached, embedded and left.
  var web: WebSettings
  /// With which issuers people sign in to it.
  var openID: OpenIDSettings
  /// Where gRPC is spoken.
  var grpc: GRPCSettings
  /// Where metrics and health are shown over HTTP; nil shows them nowhere.
  var adminListen: ServiceAddress?
  var dataFolder: String
  /// Where backups are made; nil means within the data folder.
  var backupFolder: String?
  var isDevelopment: Bool
  var keyFile: String?
  var audience: String
  var issuer: String?
  var logLevel: Logger.Level
  var limits: ServerConfiguration
  var chatLimits: ChatLimits
  var attachments: AttachmentSettings
  /// How often methods may be called.
  var rates: RateSettings
  /// When calls that change nothing are answered.
  var auditReads: AuditTrail.Reads
  /// Room on the disk for records of reads while it is full, in bytes; nil for the usual.
  var auditReserveBytes: Int?
  /// How long calls may go on once the server was told to stop.
  var drainGrace: Duration

  /// What the command line says; nil or empty where it says nothing.
  struct Overrides: Sendable {
    var listen: [String] = []
    var socketMode: String?
    var tlsCertificate: String?
    var tlsKey: String?
    var tlsClientCA: String?
    var tlsClientCertificates: String?
    var identities: [String] = []
    var httpListen: [String] = []
    var grpcListen: [String] = []
    var adminListen: String?
    var dataFolder: String?
    var backupFolder: String?
    var isDevelopment = false
    var keyFile: String?
    var logLevel: String?
    var limits: [String] = []
    var chatLimits: [String] = []
    var rates: [String] = []
    var auditReads: String?
    var drainGraceMilliseconds: Int?
  }

  /// - Throws: `SettingError`.
  init(
    _ overrides: Overrides,
    file: String?,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws {
    let config = try await Self.reader(file, environment)
    dataFolder =
      overrides.dataFolder ?? config.string(forKey: "data", default: Self.defaultDataFolder)
    backupFolder = overrides.backupFolder ?? config.string(forKey: "backup.folder")
    isDevelopment = overrides.isDevelopment || config.bool(forKey: "dev", default: false)
    keyFile = overrides.keyFile ?? config.string(forKey: "keys")
    audience = config.string(forKey: "audience", default: "wardline")
    issuer = config.string(forKey: "issuer")
    logLevel = try Self.level(
      overrides.logLevel ?? config.string(forKey: "log.level", default: "notice")
    )
    listen = try Self.texts(overrides.listen, config, "listen", [Self.defaultAddress.description])
      .map(Self.address)
    let isWhereExpected = listen == [Self.defaultAddress]
    http = try HTTPSettings(
      overrides.httpListen,
      config,
      byDefault: isDevelopment && isWhereExpected
    )
    web = try WebAppSettings.read(config)
    openID = try OpenIDSettings(config)
    grpc = try GRPCSettings(
      overrides.grpcListen,
      config,
      byDefault: isDevelopment && isWhereExpected
    )
    let mode = overrides.socketMode ?? config.string(forKey: "socket.mode", default: "0600")
    socketMode = try Self.mode(mode)
    tls = try TLSSettings.read(overrides, config)
    identities = try Self.texts(overrides.identities, config, "identities", []).map {
      try IdentityRule($0)
    }
    adminListen = try (overrides.adminListen ?? config.string(forKey: "admin.listen"))
      .map { try Self.address(Int($0) == nil ? $0 : "127.0.0.1:\($0)") }
    let limits = LimitSettings(file: file, environment: environment, config: config)
    self.limits = try limits.configuration(overrides.limits)
    chatLimits = try ChatLimitSettings(file: file, environment: environment, config: config)
      .limits(overrides.chatLimits)
    auditReads = try Self.reads(
      overrides.auditReads ?? config.string(forKey: "audit.reads", default: "strict")
    )
    auditReserveBytes = try config.scoped(to: "audit")
      .number("reserve-bytes", in: 0...(1 << 30), group: "audit.")
    rates = try RateSettings(overrides.rates, file: file, environment: environment)
    drainGrace = .milliseconds(try limits.drainGrace(overrides.drainGraceMilliseconds))
    attachments = try AttachmentSettings(config)
    try check()
  }

  private static func reader(
    _ file: String?,
    _ environment: [String: String]
  ) async throws -> ConfigReader {
    var providers: [any ConfigProvider] = [
      EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "wardline")
    ]
    if let file {
      do {
        providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
      } catch {
        throw SettingError("the configuration file \(file) cannot be read as JSON")
      }
    }
    return ConfigReader(providers: providers)
  }

  private static func texts(
    _ override: [String],
    _ config: ConfigReader,
    _ key: ConfigKey,
    _ fallback: [String]
  ) -> [String] {
    override.isEmpty ? config.stringArray(forKey: key, default: fallback) : override
  }

  private static func level(_ text: String) throws(SettingError) -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw SettingError("\(text) is not a log level: use debug, info, notice, warning or error")
    }
    return level
  }

  private static func reads(_ text: String) throws(SettingError) -> AuditTrail.Reads {
    guard let reads = AuditTrail.Reads(rawValue: text) else {
      throw SettingError("audit.reads is strict or relaxed, not \(text)")
    }
    return reads
  }

  static func address(_ text: String) throws(SettingError) -> ServiceAddress {
    guard let address = ServiceAddress(text) else {
      throw SettingError(
        "\(text) is not an address: use HOST:PORT, tls://HOST:PORT or unix:PATH"
      )
    }
    return address
  }

  private static func mode(_ text: String) throws(SettingError) -> UInt16 {
    guard let mode = UInt16(text, radix: 8), mode <= 0o777 else {
      throw SettingError("\(text) is not the mode of a socket: use octal digits such as 0660")
    }
    return mode
  }
}

extension ServiceAddress {
  /// Whether only this machine can connect.
  var isLoopback: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _), .tls(let host, _):
      host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
  }
}
