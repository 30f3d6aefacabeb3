/// How the page of another site begins a session: a form with the fields `token` and, if wanted, `path`.
struct HandoverForm: Hashable {
  let token: String
  /// Where the app begins.
  let path: AppPath

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
    path = fields["path"].flatMap { AppPath($0) } ?? .start
  }
}
