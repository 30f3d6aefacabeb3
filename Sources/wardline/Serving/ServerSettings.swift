import Configuration
import Logging
import SystemPackage
import TTRPC

/// What the operator has decided, from the command line, the environment and a file, in that order.
///
/// The environment variable of a setting is its name in capitals behind `WARDLINE_`, words joined
/// by underscores: `WARDLINE_LISTEN`. In the JSON file it is the name itself.
struct ServerSettings: Sendable {
  /// Where the server listens when nobody says anything else: loopback only.
  static let defaultAddress = ServiceAddress.tcp(host: "127.0.0.1", port: 7300)
  static let defaultDataFolder = "var"

  var listen: [ServiceAddress]
  /// Where metrics and health are shown over HTTP; nil shows them nowhere.
  var adminListen: ServiceAddress?
  var dataFolder: String
  var isDevelopment: Bool
  var keyFile: String?
  var audience: String
  var issuer: String?
  var logLevel: Logger.Level

  /// What the command line says; nil where it says nothing.
  struct Overrides: Sendable {
    var listen: [String] = []
    var adminListen: String?
    var dataFolder: String?
    var isDevelopment = false
    var keyFile: String?
    var logLevel: String?
  }

  /// - Throws: `SettingError`, or what reading the file throws.
  init(_ overrides: Overrides, file: String?) async throws {
    var providers: [any ConfigProvider] = [
      EnvironmentVariablesProvider().prefixKeys(with: "wardline")
    ]
    if let file {
      do {
        providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
      } catch {
        throw SettingError("the configuration file \(file) cannot be read as JSON")
      }
    }
    let config = ConfigReader(providers: providers)
    dataFolder =
      overrides.dataFolder ?? config.string(forKey: "data", default: Self.defaultDataFolder)
    isDevelopment = overrides.isDevelopment || config.bool(forKey: "dev", default: false)
    keyFile = overrides.keyFile ?? config.string(forKey: "keys")
    audience = config.string(forKey: "audience", default: "wardline")
    issuer = config.string(forKey: "issuer")
    let level = overrides.logLevel ?? config.string(forKey: "log.level", default: "notice")
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingError("\(level) is not a log level: use debug, info, notice, warning or error")
    }
    self.logLevel = logLevel
    let listen =
      overrides.listen.isEmpty
      ? config.stringArray(forKey: "listen", default: [Self.defaultAddress.description])
      : overrides.listen
    self.listen = try listen.map(Self.address)
    let admin = overrides.adminListen ?? config.string(forKey: "admin.listen")
    adminListen = try admin.map { try Self.address(Int($0) == nil ? $0 : "127.0.0.1:\($0)") }
    try check()
  }

  private static func address(_ text: String) throws(SettingError) -> ServiceAddress {
    guard let address = ServiceAddress(text) else {
      throw SettingError("\(text) is not an address: use HOST:PORT or unix:PATH")
    }
    return address
  }

  /// A server that anyone can sign in to must not be reachable from elsewhere.
  private func check() throws(SettingError) {
    if isDevelopment {
      if keyFile != nil {
        throw SettingError("--dev makes a key of its own; leave out either --dev or --keys")
      }
      for address in listen where !address.isLoopback {
        throw SettingError(
          "--dev listens on loopback only, and \(address) is not: use 127.0.0.1 or unix:PATH"
        )
      }
    } else if keyFile == nil {
      throw SettingError(
        "no key file: give --keys FILE with the JWKS of your identity provider, "
          + "or --dev to try Wardline with a sample clinic"
      )
    }
  }
}

/// A setting that cannot be used, and what to do about it.
struct SettingError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension ServiceAddress {
  /// Whether only this machine can connect.
  var isLoopback: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
  }
}
