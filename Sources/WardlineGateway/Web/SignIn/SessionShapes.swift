import ChatModel

// What the routes of the sign-in say.

extension ObjectShape where Value == DevelopmentSignIn.Person {
  static let signInPerson = ObjectShape(
    "SignInPerson",
    [
      .text("User_id") { $0.userID },
      .text("Display_name") { $0.displayName },
      .text("User_Type") { $0.role.rawValue },
    ]
  )
}

/// How one may sign in.
struct SignInChoices: Sendable {
  let development: DevelopmentSignIn?
  let providers: [OpenIDSignIn]
}

extension ObjectShape where Value == OpenIDSignIn {
  static let signInProvider = ObjectShape(
    "SignInProvider",
    [.text("Name") { $0.name }, .text("Path") { $0.path }]
  )
}

extension ObjectShape where Value == SignInChoices {
  /// `GET /web/sign-in`.
  static let signInChoices = ObjectShape(
    "SignInChoices",
    [
      .list("People", .signInPerson) { $0.development?.people ?? [] },
      .list("Providers", .signInProvider) { $0.providers },
    ]
  )
}

extension ObjectShape where Value == WebSession {
  /// `GET /web/session`. The page warns before the end, and later than half of the time.
  static func webSession(warningSeconds: Int64) -> ObjectShape {
    ObjectShape(
      "WebSession",
      [
        .text("User_id") { $0.person.userID },
        .text("Display_name") { $0.person.displayName },
        .text("User_Type") { $0.person.role.rawValue },
        .time("Expires_at") { $0.person.expiresAt.milliseconds },
        .integer("Idle_seconds") { $0.idleSeconds },
        .integer("Warning_seconds") { min(warningSeconds, $0.idleSeconds / 2) },
      ]
    )
  }
}
