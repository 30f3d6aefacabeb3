import TTRPC
import WardlineGateway

extension ServerSettings {
  /// Refuses settings that contradict each other, or that would do less than they seem to.
  func check() throws(SettingError) {
    try checkKeys()
    let encrypted = (listen + http.listen + grpc.listen).first(where: \.isEncrypted)
    if let encrypted, tls == nil {
      throw SettingError(
        "\(encrypted) needs a certificate: give --tls-cert FILE and --tls-key FILE"
      )
    }
    if tls != nil, encrypted == nil {
      throw SettingError(
        "there is a certificate, but no address with TLS: --listen tls://HOST:PORT"
      )
    }
    if let adminListen, adminListen.isEncrypted {
      throw SettingError(
        "\(adminListen): the admin address is without TLS; keep it on this machine"
      )
    }
    if !openID.providers.isEmpty, web.origins.isEmpty, !isDevelopment {
      throw SettingError(
        "oidc.providers needs web.origins: where issuers send people back to, "
          + "such as https://chat.clinic.example"
      )
    }
    for rule in identities { try check(rule) }
  }

  private func check(_ rule: IdentityRule) throws(SettingError) {
    if rule.isForCertificates {
      guard tls?.clientCertificates ?? .none != .none else {
        throw SettingError(
          "identity \(rule) is never found: clients are not asked for certificates; "
            + "give --tls-client-certs request or require"
        )
      }
    } else if !listen.contains(where: \.isUnix) {
      throw SettingError("identity \(rule) is never found: no unix:PATH to listen on")
    }
  }

  /// A server that anyone can sign in to must not be reachable from elsewhere.
  private func checkKeys() throws(SettingError) {
    if isDevelopment {
      if keyFile != nil {
        throw SettingError("--dev makes a key of its own; leave out either --dev or --keys")
      }
      for address in listen + http.listen + grpc.listen where !address.isLoopback {
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

extension ServiceAddress {
  fileprivate var isUnix: Bool {
    if case .unix = self { true } else { false }
  }
}
