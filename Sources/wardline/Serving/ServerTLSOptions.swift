import ArgumentParser

/// The files of a server's `tls://` addresses.
struct ServerTLSOptions: ParsableArguments {
  @Option(
    name: .customLong("tls-cert"),
    help: ArgumentHelp(
      "PEM file: the certificate of tls:// addresses, then its intermediates.",
      valueName: "file"
    )
  )
  var certificate: String?

  @Option(
    name: .customLong("tls-key"),
    help: ArgumentHelp("PEM file: the private key of --tls-cert.", valueName: "file")
  )
  var key: String?

  @Option(
    name: .customLong("tls-client-ca"),
    help: ArgumentHelp("PEM file: who may issue client certificates.", valueName: "file")
  )
  var clientCA: String?

  @Option(
    name: .customLong("tls-client-certs"),
    help: "none, request or require. (default: request with --tls-client-ca, else none)"
  )
  var clientCertificates: String?
}
