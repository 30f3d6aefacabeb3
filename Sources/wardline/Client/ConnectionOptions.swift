import ArgumentParser
import NIOPosix
import RPC
import TTRPC

/// How a command finds the server and says who it is.
struct ConnectionOptions: ParsableArguments {
  @Option(name: .customLong("as"), help: "Somebody of the sample clinic, for a --dev server.")
  var name: String?

  @Option(help: "A token, instead of --as. The environment variable WARDLINE_TOKEN works too.")
  var token: String?

  @Option(help: "HOST:PORT or unix:PATH. (default: what the data folder says)")
  var address: String?

  @Option(help: "The data folder of a server on this machine. (default: var)")
  var data: String = ServerSettings.defaultDataFolder

  /// - Throws: `SettingError` when nothing says where the server is.
  func resolvedAddress() throws -> ServiceAddress {
    if let address {
      guard let parsed = ServiceAddress(address) else {
        throw SettingError("\(address) is not an address: use HOST:PORT or unix:PATH")
      }
      return parsed
    }
    return AddressFile.read(in: data) ?? ServerSettings.defaultAddress
  }

  /// - Throws: `SettingError` when nothing says who is calling.
  func resolvedToken() async throws -> String {
    if let token { return token }
    if let name { return try await DevelopmentTokens.token(for: name, data: data) }
    if let token = Environment.token { return token }
    throw SettingError("say who you are: --as NAME for a --dev server, else --token TOKEN")
  }

  /// Connects with the caller's token on every call.
  func connect() async throws -> ClientConnection {
    let token = try await resolvedToken()
    return try await ClientConnection.connect(
      to: try resolvedAddress(),
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: ["authorization": "Bearer \(token)"]
    )
  }
}
