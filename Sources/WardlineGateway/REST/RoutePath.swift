/// The path of a route, with a colon before each part that has a name.
struct RoutePath: ExpressibleByStringLiteral, Sendable {
  let text: String
  private let parts: [Substring]
  /// The names of its parts, with their places.
  let parameterNames: [(place: Int, name: String)]

  init(stringLiteral text: String) { self.init(text) }

  init(_ text: String) {
    self.text = text
    parts = text.split(separator: "/")
    parameterNames = parts.enumerated().compactMap { place, part in
      part.hasPrefix(":") ? (place, String(part.dropFirst())) : nil
    }
  }

  /// With the braces of OpenAPI.
  var template: String {
    text.split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
      .joined(separator: "/")
  }

  /// As the router is told it. Names of parts may differ between routes with the same beginning, which
  /// the router does not want: it only needs their places.
  var forRouter: String {
    let names = parts.enumerated().map { place, part in
      part.hasPrefix(":") ? ":part\(place)" : String(part)
    }
    return "/" + names.joined(separator: "/")
  }

  /// - Parameter parts: of the path of a request.
  func matches(_ parts: [Substring]) -> Bool {
    self.parts.count == parts.count
      && zip(self.parts, parts).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
  }
}
