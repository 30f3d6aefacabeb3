import Configuration
import TTRPC

/// The settings `tls.…` of a server.
enum TLSSettings {
  /// nil when nothing is said about TLS.
  ///
  /// - Throws: `SettingError` when something is said, and not enough.
  static func read(
    _ overrides: ServerSettings.Overrides,
    _ config: ConfigReader
  ) throws(SettingError) -> ServerTLS.Configuration? {
    let certificate = overrides.tlsCertificate ?? config.string(forKey: "tls.certificate")
    let key = overrides.tlsKey ?? config.string(forKey: "tls.key")
    let clientCA = overrides.tlsClientCA ?? config.string(forKey: "tls.client-ca")
    let clients =
      overrides.tlsClientCertificates ?? config.string(forKey: "tls.client-certificates")
    guard let certificate, let key else {
      if certificate == nil, key == nil, clientCA == nil, clients == nil { return nil }
      throw SettingError("TLS needs both --tls-cert FILE and --tls-key FILE")
    }
    let asked = try clients.map(Self.clientCertificates) ?? (clientCA == nil ? .none : .request)
    if asked != .none, clientCA == nil {
      throw SettingError("--tls-client-certs \(asked) needs --tls-client-ca FILE: who issues them")
    }
    return ServerTLS.Configuration(
      certificateFile: certificate,
      keyFile: key,
      clientCAFile: clientCA,
      clientCertificates: asked
    )
  }

  private static func clientCertificates(
    _ text: String
  ) throws(SettingError) -> ServerTLS.ClientCertificates {
    guard let value = ServerTLS.ClientCertificates(rawValue: text) else {
      throw SettingError("--tls-client-certs is none, request or require, not \(text)")
    }
    return value
  }
}
