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

  /// What identifies the caller, if anything does.
  private func credentials() async throws -> Metadata {
    try await givenToken().map { ["authorization": "Bearer \($0)"] } ?? Metadata()
  }

  /// What to tell somebody whose token everybody on the way to the server could read; nil when
  /// nobody could.
  var plainTextWarning: String? {
    guard (token ?? name ?? Environment.token) != nil, let address = try? resolvedAddress(),
      !address.isEncrypted, !address.isLoopback
    else { return nil }
    return "warning: the token goes to \(address) in plain text; use tls://HOST:PORT"
  }

  private func warn() {
    if let plainTextWarning { Terminal.fail(plainTextWarning) }
  }

  /// Connects, with the caller's token on every call if there is one.
  func connectAsAnybody() async throws -> ClientConnection {
    warn()
    return try await open(try await credentials())
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

  /// A channel that connects anew after a loss, to where the data folder then says the server is.
  /// Every call has the caller's token; for somebody of the sample clinic a fresh one.
  ///
  /// Calls fail with `SettingError` when nothing says who is calling or where the server is.
  var channel: ClientChannel {
    warn()
    let options = self.copy
    var configuration = ClientChannelConfiguration()
    configuration.backoff = Backoff(maximum: .seconds(5))
    configuration.freshMetadata = { _ in
      let credentials = try await options().credentials()
      if !credentials.isEmpty { return credentials }
      throw SettingError("say who you are: --as NAME for a --dev server, else --token TOKEN")
    }
    return ClientChannel(configuration: configuration) {
      try await options().open(Metadata())
    }
  }

  /// Makes the same options: they cannot be handed to other tasks themselves.
  private var copy: @Sendable () -> ConnectionOptions {
    { [name, token, address, data, files = tls.files] in
      var options = ConnectionOptions()
      options.name = name
      options.token = token
      options.address = address
      options.data = data
      options.tls = ClientTLSOptions(files)
      return options
    }
  }
}
