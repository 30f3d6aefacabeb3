import ArgumentParser
import TTRPC

/// Whom a command trusts behind a `tls://` address, and how it proves who it is.
struct ClientTLSOptions: ParsableArguments {
  @Option(
    name: .customLong("tls-ca"),
    help: ArgumentHelp(
      "PEM file: who may issue the server's certificate. (default: whom the system trusts)",
      valueName: "file"
    )
  )
  var authority: String?

  @Option(
    name: .customLong("tls-cert"),
    help: ArgumentHelp("PEM file: the certificate to show to the server.", valueName: "file")
  )
  var certificate: String?

  @Option(
    name: .customLong("tls-key"),
    help: ArgumentHelp("PEM file: the private key of --tls-cert.", valueName: "file")
  )
  var key: String?

  @Option(
    help: ArgumentHelp(
      "The name that the server's certificate must be for. (default: the host of the address)",
      valueName: "name"
    )
  )
  var serverName: String?

  init() {}

  init(_ files: ClientTLS.Configuration) {
    authority = files.trustRootsFile
    certificate = files.certificateFile
    key = files.keyFile
    serverName = files.serverName
  }

  var files: ClientTLS.Configuration {
    ClientTLS.Configuration(
      trustRootsFile: authority,
      serverName: serverName,
      certificateFile: certificate,
      keyFile: key
    )
  }

  /// What is needed to connect to an address; nil when it is not encrypted.
  ///
  /// - Throws: `SettingError` when a file cannot be used, or is given for an address that is not
  ///   encrypted.
  func trust(for address: ServiceAddress) throws(SettingError) -> ClientTLS? {
    guard address.isEncrypted else {
      if files == ClientTLS.Configuration() { return nil }
      throw SettingError("\(address) is not encrypted; give --address tls://HOST:PORT for TLS")
    }
    do throws(TLSError) {
      return try ClientTLS(files)
    } catch {
      throw SettingError(error.description)
    }
  }
}
