import HTTPTypes

/// Who sends a request, by the cookie of a session: it stands for the token of the session, so there is
/// one way of deciding who may do what.
struct SessionCredentials: CredentialSource {
  let sessions: WebSessions
  let cookie: SessionCookie
  let origin: RequestOrigin

  /// A cookie comes with requests that other sites make the browser send, too: such must prove that
  /// they are of the app, by their origin and by a header that no form can send.
  func proof(in request: HTTPRequest) throws(CredentialRefusal) -> RequestProof? {
    guard let name = cookie.value(in: request.headerFields) else { return nil }
    guard origin.isOwn(request) else {
      throw CredentialRefusal("a session counts only for requests of the app's own pages")
    }
    guard request.changesNothing || request.headerFields[.wardlineProof] != nil else {
      throw CredentialRefusal("a request of a session that changes something has X-Wardline: 1")
    }
    guard let session = sessions.session(name) else { return nil }
    guard session.isOf(request.headerFields[.expectedUser]) else {
      throw CredentialRefusal(Problem.otherUser.detail, isOfOtherUser: true)
    }
    return RequestProof("Bearer \(session.token)") { [sessions] in sessions.session(name) != nil }
  }
}

extension HTTPRequest {
  fileprivate var changesNothing: Bool { method == .get || method == .head }
}

extension HTTPField.Name {
  /// No form can send it, and no page of another site without asking first.
  static let wardlineProof = HTTPField.Name("X-Wardline") ?? .origin
}
