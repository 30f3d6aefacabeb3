import HTTPTypes

/// What the browser is told to refuse on the pages of the app.
enum SecurityHeaders {
  /// What the files of a page come with; the policy is the page's.
  static let ofFiles: HTTPFields = [
    .xContentTypeOptions: "nosniff",
    .crossOriginResourcePolicy: "same-origin",
  ]

  /// What the worker comes with that keeps the files: it has a policy of its own.
  static let ofWorker: HTTPFields = {
    var fields = ofFiles
    fields[.contentSecurityPolicy] = [
      "default-src 'none'",
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].joined(separator: "; ")
    return fields
  }()

  /// What a page comes with.
  ///
  /// - Parameter frameAncestors: the origins whose pages may show the app within a frame.
  static func fields(frameAncestors: [String]) -> HTTPFields {
    let ancestors = frameAncestors.isEmpty ? "'none'" : frameAncestors.joined(separator: " ")
    let policy = [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob:",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors \(ancestors)",
      // The app never makes markup or code of a text, and the browser holds it to that. The one
      // policy is for the address of the worker, and gives no other.
      "require-trusted-types-for 'script'",
      "trusted-types service-worker",
    ]
    var fields = ofFiles
    fields[.contentSecurityPolicy] = policy.joined(separator: "; ")
    for (name, value) in others {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }

  private static let others = [
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
  ]
}
