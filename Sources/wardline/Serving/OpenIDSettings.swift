import ChatModel
import Configuration
import Foundation
import OpenIDConnect

/// The settings `oidc.…`: with which issuers people sign in to the web app.
struct OpenIDSettings: Sendable {
  struct Provider: Sendable {
    /// Names it in settings and addresses.
    let id: String
    /// Names it to people.
    let name: String
    let provider: OpenIDProvider
    /// Whom it may vouch for, by the role that the chat knows.
    let roles: Set<Role>
  }

  let providers: [Provider]
  /// For how long a session lasts at most that was begun with an issuer.
  let sessionSeconds: Int64

  /// - Throws: `SettingError` for what is missing or wrong of an issuer, and a secret that cannot be
  ///   read.
  init(_ config: ConfigReader) throws(SettingError) {
    let config = config.scoped(to: "oidc")
    var providers: [Provider] = []
    for id in config.stringArray(forKey: "providers", default: []) {
      guard Self.isID(id), !providers.contains(where: { $0.id == id }) else {
        throw SettingError(
          "\(id) in oidc.providers is no name: each has its own, of a-z, 0-9 and hyphens"
        )
      }
      providers.append(try Self.provider(id, config.scoped(to: ConfigKey(id))))
    }
    self.providers = providers
    let seconds = try config.number("session-seconds", in: 60...604_800, group: "oidc.")
    sessionSeconds = Int64(seconds ?? 43_200)
  }

  private static func provider(
    _ id: String,
    _ config: ConfigReader
  ) throws(SettingError) -> Provider {
    guard let text = config.string(forKey: "issuer"), let issuer = IssuerURL(text) else {
      throw SettingError(
        "oidc.\(id).issuer is the address of the issuer: https://…, or http:// on this machine"
      )
    }
    guard let clientID = config.string(forKey: "client-id"), !clientID.isEmpty else {
      throw SettingError("oidc.\(id).client-id is missing: what the issuer calls this server")
    }
    var provider = OpenIDProvider(issuer: issuer, clientID: clientID)
    if let path = config.string(forKey: "client-secret-file") {
      provider.clientSecret = try secret(path, "oidc.\(id).client-secret-file")
    }
    provider.scopes = config.stringArray(forKey: "scopes", default: provider.scopes)
    provider.userClaim = config.string(forKey: "user-claim", default: provider.userClaim)
    provider.roleClaim = config.string(forKey: "role-claim")
    return Provider(
      id: id,
      name: config.string(forKey: "name", default: id),
      provider: provider,
      roles: try roles(config, "oidc.\(id).roles")
    )
  }

  /// Administrators and services are not among those whom an issuer vouches for unless it is said.
  private static func roles(
    _ config: ConfigReader,
    _ name: String
  ) throws(SettingError) -> Set<Role> {
    guard let words = config.stringArray(forKey: "roles") else {
      return [.patient, .doctor, .dietitian, .pharmacist, .nurse]
    }
    var roles: Set<Role> = []
    for word in words {
      guard let role = Role(rawValue: word), role != .service else {
        throw SettingError(
          "\(name) holds patient, doctor, dietitian, pharmacist, nurse or admin, not \(word)"
        )
      }
      roles.insert(role)
    }
    return roles
  }

  private static func secret(_ path: String, _ name: String) throws(SettingError) -> String {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { throw SettingError("\(name): \(path) cannot be read as text") }
    let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !secret.isEmpty else { throw SettingError("\(name): \(path) is empty") }
    return secret
  }

  private static func isID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 32
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }
}
