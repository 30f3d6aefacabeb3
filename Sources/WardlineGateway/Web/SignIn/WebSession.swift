import ChatModel

/// Somebody who is signed in with a browser. The token stays here: the browser has a cookie that
/// stands for it and says nothing.
struct WebSession: Sendable {
  let token: String
  let person: WebPerson
  let idleSeconds: Int64
  var lastActivity: Timestamp

  /// Whether it still counts. What the page does by itself is no activity; what the person does is.
  func isOpen(at now: Timestamp) -> Bool {
    now < person.expiresAt
      && now.milliseconds - lastActivity.milliseconds < (idleSeconds + Self.graceSeconds) * 1000
  }

  /// The page signs out by itself when the time is over; the server does so a little later.
  private static let graceSeconds: Int64 = 1
}

extension WebSession {
  /// Whether it is of the person whom the page shows, where the page says that: another tab of the
  /// browser may have signed in somebody else meanwhile.
  func isOf(_ expectedUserID: String?) -> Bool {
    expectedUserID.map { $0 == person.userID } ?? true
  }
}

/// Whom a token stands for.
struct WebPerson: Sendable {
  let userID: String
  let displayName: String
  let role: Role
  /// When the token is over.
  let expiresAt: Timestamp
}
