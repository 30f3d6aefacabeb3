import ArgumentParser
import NIOPosix
import RPC
import TTRPC
import WardlineClient

/// How a command finds the server and says who it is.
struct ConnectionOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Somebody of the sample clinic, for a --dev server.", valueName: "name")
  )
  var name: String?

  @Option(help: "A token, instead of --as. The environment variable WARDLINE_TOKEN works too.")
  var token: String?

  @Option(help: "HOST:PORT, tls://HOST:PORT or unix:PATH. (default: what the data folder says)")
  var address: String?

  @Option(help: "The data folder of a server on this machine. (default: var)")
  var data: String = ServerSettings.defaultDataFolder

  @OptionGroup var tls: ClientTLSOptions

  /// - Throws: `SettingError` when nothing says where the server is.
  func resolvedAddress() throws -> ServiceAddress {
    if let address {
      guard let parsed = ServiceAddress(address) else {
        throw SettingError(
          "\(address) is not an address: use HOST:PORT, tls://HOST:PORT or unix:PATH"
        )
      }
      return parsed
    }
    return AddressFile.read(in: data) ?? ServerSettings.defaultAddress
  }

  /// The token of the caller; nil when nothing says who is calling.
  private func givenToken() async throws -> String? {
    if let token { return token }
    if let name { return try await DevelopmentTokens.token(for: name, data: data) }
    return Environment.token
  }

  /// Connects with the caller's token on every call.
  ///
  /// - Throws: `SettingError` when nothing says who is calling; `RPCError` when nobody answers.
  func connect() async throws -> ClientConnection {
    guard let token = try await givenToken() else {
      throw SettingError("say who you are: --as NAME for a --dev server, else --token TOKEN")
    }
    return try await open(["authorization": "Bearer \(token)"])
  }

  /// Connects with the caller's token, if there is one.
  func connectAsAnybody() async throws -> ClientConnection {
    let token = try await givenToken()
    return try await open(token.map { ["authorization": "Bearer \($0)"] } ?? Metadata())
  }

  private func open(_ metadata: Metadata) async throws -> ClientConnection {
    let address = try resolvedAddress()
    return try await ClientConnection.connect(
      to: address,
      on: MultiThreadedEventLoopGroup.singleton,
      metadata: metadata,
      tls: try tls.trust(for: address)
    )
  }

  /// A link that connects anew after a loss: to where the data folder then says the server is, and
  /// for somebody of the sample clinic with a fresh token.
  var link: ServerLink {
    let options = (name: name, token: token, address: address, data: data, tls: tls.files)
    return ServerLink {
      var connection = ConnectionOptions()
      connection.name = options.name
      connection.token = options.token
      connection.address = options.address
      connection.data = options.data
      connection.tls = ClientTLSOptions(options.tls)
      return try await connection.connect()
    }
  }
}
