import HTTPTypes

/// The cookie that names a session. No script can read it, and no other site's page can send it.
struct SessionCookie: Sendable {
  let isSecure: Bool

  /// The prefix has the browser refuse one that was set over plain HTTP or by a neighbouring host.
  var name: String { isSecure ? "__Host-wardline" : "wardline_session" }

  /// The value in a request; nil without one.
  func value(in headers: HTTPFields) -> String? {
    for field in headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
        return String(parts[1])
      }
    }
    return nil
  }

  func setting(_ value: String) -> String { "\(name)=\(value); \(attributes)" }

  var removal: String { "\(name)=; Max-Age=0; \(attributes)" }

  private var attributes: String {
    "Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}
