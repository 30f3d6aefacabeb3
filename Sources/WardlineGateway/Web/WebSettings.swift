public import ChatModel

/// How the web app is reached, embedded and left.
public struct WebSettings: Sendable {
  /// The origins under which browsers reach the app, such as `https://chat.clinic.example`. Empty:
  /// whatever host a request names, which is right behind no proxy. When all are https, the cookie is
  /// sent over TLS only.
  public var origins: [String]
  /// The origins whose pages may show the app within a frame. Browsers send the cookie there only if
  /// they belong to the same site.
  public var frameAncestors: [String]
  /// The origins whose pages may hand over a token to begin a session.
  public var handoverOrigins: [String]
  /// After how many seconds without anything done a session ends, by role.
  public var idleSeconds: [Role: Int64]
  /// For how many seconds before that the person is warned.
  public var warningSeconds: Int64

  public init(
    origins: [String] = [],
    frameAncestors: [String] = [],
    handoverOrigins: [String] = [],
    idleSeconds: [Role: Int64] = [:],
    warningSeconds: Int64 = 60
  ) {
    self.origins = origins
    self.frameAncestors = frameAncestors
    self.handoverOrigins = handoverOrigins
    self.idleSeconds = Self.idleSecondsDefault.merging(idleSeconds) { _, given in given }
    self.warningSeconds = warningSeconds
  }

  /// A patient sits at a machine of their own; on a ward the next person is close.
  public static let idleSecondsDefault: [Role: Int64] = [
    .patient: 30 * 60, .doctor: 15 * 60, .dietitian: 15 * 60, .pharmacist: 15 * 60,
    .nurse: 15 * 60, .admin: 10 * 60, .service: 10 * 60,
  ]

  func idleSeconds(of role: Role) -> Int64 { idleSeconds[role] ?? Self.idleSecondsFallback }

  private static let idleSecondsFallback: Int64 = 10 * 60

  var isSecure: Bool { !origins.isEmpty && origins.allSatisfy { $0.hasPrefix("https://") } }
}
