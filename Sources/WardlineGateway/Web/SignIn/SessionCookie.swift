import HTTPTypes

/// The cookie that names a session. No script can read it, and no other site's page can send it.
struct SessionCookie: Sendable {
  let isSecure: Bool

  /// The prefix has the browser refuse one that was set over plain HTTP or by a neighbouring host.
  var name: String { isSecure ? "__Host-wardline" : "wardline_session" }

  /// The value in a request; nil without one.
  func value(in headers: HTTPFields) -> String? { headers.cookie(name) }

  func setting(_ value: String) -> String { "\(name)=\(value); \(attributes)" }

  var removal: String { "\(name)=; Max-Age=0; \(attributes)" }

  private var attributes: String {
    "Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}

/// The cookies that hold sign-ins with an issuer, of which one browser may have several under way. Chance
/// gives each one of a few places, and whoever loses theirs to a later one begins again: with a name for
/// each, many that came to nothing would make the header of every request too long. Another site's page leads back from there, so one may come with a link from
/// elsewhere; it lasts no longer than a sign-in.
struct AttemptCookie: Sendable {
  let isSecure: Bool

  private func name(for state: String) -> String {
    let place = (state.first?.hexDigitValue ?? 0) % Self.places
    return (isSecure ? "__Host-wardline-sign-in-" : "wardline_sign_in_") + String(place)
  }

  private static let places = 8

  /// The value in a request; nil without one, or for a state that this server has not made.
  func value(for state: String, in headers: HTTPFields) -> String? {
    RandomNames.isName(state) ? headers.cookie(name(for: state)) : nil
  }

  func setting(_ value: String, for state: String) -> String {
    "\(name(for: state))=\(value); Max-Age=\(PendingSignIns.lifetimeSeconds); \(attributes)"
  }

  func removal(for state: String) -> String {
    "\(name(for: state))=; Max-Age=0; \(attributes)"
  }

  private var attributes: String {
    "Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
  }
}

extension HTTPFields {
  /// The value of a cookie of a request; nil without one.
  fileprivate func cookie(_ name: String) -> String? {
    for field in self[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
        return String(parts[1])
      }
    }
    return nil
  }
}
