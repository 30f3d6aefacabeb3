import HTTPTypes

/// Which page a request comes from, as the browser says.
struct RequestOrigin: Sendable {
  let settings: WebSettings

  /// Whether it comes from the app itself. A request without `Origin` does not come from a page of
  /// another site, or is one that changes nothing.
  func isOwn(_ request: HTTPRequest) -> Bool {
    guard let origin = request.headerFields[.origin] else {
      return ["same-origin", "none", nil].contains(request.headerFields[.secFetchSite])
    }
    if !settings.origins.isEmpty { return settings.origins.contains(origin) }
    guard let host = request.authority else { return false }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }

  /// The app's own origin, as the browser of this request sees it; nil for a request without a host.
  func own(_ request: HTTPRequest) -> String? {
    if settings.origins.isEmpty {
      return request.authority.map { "\(request.scheme ?? "http")://\($0)" }
    }
    return settings.origins.first { $0.hasSuffix("://\(request.authority ?? "")") }
      ?? settings.origins.first
  }

  /// Whether it comes from a page that may hand over tokens.
  func mayHandOver(_ request: HTTPRequest) -> Bool {
    guard let origin = request.headerFields[.origin] else { return false }
    return settings.handoverOrigins.contains(origin)
  }

  /// Whether the request names this machine. A name that somebody points here for a moment does not
  /// pass for it.
  static func isLoopback(_ request: HTTPRequest) -> Bool {
    guard let host = request.authority else { return false }
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
    return ["localhost", "127.0.0.1", "[::1"].contains(name)
  }
}
