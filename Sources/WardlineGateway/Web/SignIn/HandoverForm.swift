/// How the page of another site begins a session: a form with the fields `token` and, if wanted, `path`.
struct HandoverForm: Hashable {
  let token: String
  /// Where the app begins.
  let path: String

  /// nil when the text is no form with a token.
  init?(_ text: String) {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let value = PercentCoding.decode(parts[1], plusIsSpace: true) else {
        return nil
      }
      fields[String(parts[0])] = value
    }
    guard let token = fields["token"], !token.isEmpty else { return nil }
    self.token = token
    let path = fields["path"] ?? "/"
    self.path = Self.isPlace(path) ? path : "/"
  }

  /// Whether it is a path of this server: what browsers take for another server is none.
  private static func isPlace(_ path: String) -> Bool {
    path.hasPrefix("/") && !path.hasPrefix("//")
      && path.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
  }
}
