import HTTPTypes

// The headers that have no name yet. Each of these texts is one, so none is nil.
extension HTTPField.Name {
  static let idempotencyKey = named("Idempotency-Key")
  static let onBehalfOf = named("On-Behalf-Of")
  static let expectedUser = named("Expected-User")
  static let timeoutMs = named("Timeout-Ms")
  static let uploadOffset = named("Upload-Offset")
  static let uploadComplete = named("Upload-Complete")
  static let uploadSha256 = named("Upload-Sha256")
  static let secFetchSite = named("Sec-Fetch-Site")
  static let lastEventID = named("Last-Event-ID")
  static let xAccelBuffering = named("X-Accel-Buffering")
  static let xContentTypeOptions = named("X-Content-Type-Options")
  static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")

  private static func named(_ name: String) -> HTTPField.Name {
    HTTPField.Name(name) ?? .from
  }
}
