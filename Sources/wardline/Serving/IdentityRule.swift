import ChatModel
import ChatService
import RPC

/// Whom a client certificate or a Unix user stands for, written `PROOF=USER:ROLE`, where PROOF is
/// `uri:URI`, `dns:NAME` or `cn:NAME` of a certificate, or `uid:NUMBER` of a process. A service may
/// have rights to act for users behind a blank, as in the `scope` of a token:
/// `uri:spiffe://clinic/portal=portal:service act:message.read act:message.write`.
struct IdentityRule: Sendable, Hashable, CustomStringConvertible {
  enum Proof: Sendable, Hashable {
    case uri(String)
    case dns(String)
    case commonName(String)
    case unixUser(UInt32)
  }

  let proof: Proof
  let userID: UserID
  let role: Role
  let actingRights: ActingRights
  let description: String

  /// - Throws: `SettingError` that says which part is wrong.
  init(_ text: String) throws(SettingError) {
    description = text
    guard let equals = text.lastIndex(of: "="),
      let proof = Self.proof(text[..<equals])
    else {
      throw SettingError(
        "\(text) is no identity: use uri:URI=USER:ROLE, dns:NAME=…, cn:NAME=… or uid:NUMBER=…"
      )
    }
    let words = text[text.index(after: equals)...].split(separator: " ", maxSplits: 1)
    let parts = (words.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let userID = UserID(String(parts[0])),
      let role = Role(rawValue: String(parts[1]))
    else {
      let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw SettingError("\(text): behind the = stands USER:ROLE, and the roles are \(roles)")
    }
    let scope = words.count > 1 ? String(words[1]) : ""
    actingRights = ActingRights(scope: scope)
    guard scope.isEmpty || (role == .service && !actingRights.isEmpty) else {
      throw SettingError("\(text): behind a service may stand rights such as act:message.read")
    }
    self.proof = proof
    self.userID = userID
    self.role = role
  }

  private static func proof(_ text: Substring) -> Proof? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let value = String(text[text.index(after: colon)...])
    if value.isEmpty { return nil }
    return switch text[..<colon] {
    case "uri": .uri(value)
    case "dns": .dns(value.lowercased())
    case "cn": .commonName(value)
    case "uid": UInt32(value).map { .unixUser($0) }
    default: nil
    }
  }

  /// Whether it looks at certificates rather than at processes.
  var isForCertificates: Bool {
    if case .unixUser = proof { false } else { true }
  }

  /// Whether a connection proves it. Names are compared letter by letter: no patterns.
  func matches(_ context: ConnectionContext) -> Bool {
    switch proof {
    case .uri(let uri): context.certificate?.uris.contains(uri) ?? false
    case .dns(let name): context.certificate?.dnsNames.contains(name) ?? false
    case .commonName(let name): context.certificate?.commonName == name
    case .unixUser(let number): context.peerCredentials?.userID == number
    }
  }
}
