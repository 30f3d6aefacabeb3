import Hummingbird

/// Begins sessions: whatever proved who somebody is, a token stands for it, and the chat is asked whose
/// it is.
struct SessionStart: Sendable {
  let settings: WebSettings
  let sessions: WebSessions
  let cookie: SessionCookie
  /// Asks the chat whom a token stands for.
  let identify: Identify

  typealias Identify = @Sendable (_ token: String, GatewayContext) async throws -> WebPerson

  /// The session that the request has ends: nobody could sign it out any more, since the browser
  /// forgets its name.
  ///
  /// - Returns: the session, and the cookie that names it.
  /// - Throws: `Problem`, and `RPCError` when the token stands for nobody.
  func begin(
    _ token: String,
    _ request: Request,
    _ context: GatewayContext
  ) async throws -> (session: WebSession, cookie: String) {
    let person = try await identify(token, context)
    let idleSeconds = settings.idleSeconds(of: person.role)
    guard let name = sessions.begin(person, token: token, idleSeconds: idleSeconds),
      let session = sessions.session(name)
    else { throw Problem(.serviceUnavailable, "UNAVAILABLE", "too many people are signed in") }
    if let before = cookie.value(in: request.headers) { sessions.end(before) }
    return (session, cookie.setting(name))
  }
}
