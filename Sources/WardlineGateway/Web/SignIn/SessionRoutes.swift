import Hummingbird
import ProtobufC
import RPC

/// Beginning a session, asking about it, and ending it.
struct SessionRoutes: Sendable {
  let start: SessionStart
  let origin: RequestOrigin
  let choices: SignInChoices

  private var sessions: WebSessions { start.sessions }
  private var cookie: SessionCookie { start.cookie }

  func add(to router: Router<GatewayContext>) {
    router.get("/web/sign-in") { _, _ in
      json(ObjectShape.signInChoices.json(choices), .ok)
    }
    router.post("/web/sign-in") { request, context in
      await answering { try await signInForDevelopment(request, context) }
    }
    router.get("/web/session") { request, context in
      await answering { try await describe(request, context) }
    }
    router.post("/web/session") { request, context in
      await answering { try await takeOver(request, context) }
    }
    router.post("/web/session/activity") { request, _ in
      await answering { try touch(request) }
    }
    router.delete("/web/session") { request, _ in
      await answering { try end(request) }
    }
  }

  /// Only from this machine and only from the app: a page elsewhere must not sign anybody in, not even
  /// one whose name leads here.
  private func signInForDevelopment(
    _ request: Request,
    _ context: GatewayContext
  ) async throws -> Response {
    guard let development = choices.development else { throw Problem.noSuchPath }
    guard RequestOrigin.isLoopback(request.head) else {
      throw Problem(.forbidden, "PERMISSION_DENIED", "open the app as localhost or 127.0.0.1")
    }
    try requireOwnPage(request)
    let userID = try await field("User_id", of: request)
    guard development.people.contains(where: { $0.userID == userID }) else {
      throw Problem.invalid("User_id", "is nobody of the sample clinic")
    }
    return try await begin(try await development.token(userID), request, context)
  }

  private func takeOver(_ request: Request, _ context: GatewayContext) async throws -> Response {
    guard request.headers[.contentType]?.hasPrefix(Self.formType) == true else {
      try requireOwnPage(request)
      return try await begin(try await field("Token", of: request), request, context)
    }
    guard origin.mayHandOver(request.head) else {
      throw Problem(.forbidden, "PERMISSION_DENIED", "the site is not among web.handover-origins")
    }
    guard let form = HandoverForm(try await text(of: request)) else {
      throw Problem.invalid("token", "must be a field of the form")
    }
    let begun = try await start.begin(form.token, request, context)
    return Response(
      status: .seeOther,
      headers: [.location: form.path.text, .setCookie: begun.cookie]
    )
  }

  private func begin(
    _ token: String,
    _ request: Request,
    _ context: GatewayContext
  ) async throws -> Response {
    let begun = try await start.begin(token, request, context)
    var response = describe(begun.session, .created)
    response.headers[.setCookie] = begun.cookie
    return response
  }

  private func describe(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let session = try open(request, sessions.session)
    // The token may have been revoked, or its user deactivated.
    _ = try await start.identify(session.token, context)
    return describe(session, .ok)
  }

  private func describe(_ session: WebSession, _ status: HTTPResponse.Status) -> Response {
    json(
      ObjectShape.webSession(warningSeconds: start.settings.warningSeconds).json(session),
      status
    )
  }

  private func touch(_ request: Request) throws -> Response {
    try requireOwnPage(request)
    _ = try open(request, sessions.session)
    return describe(try open(request, sessions.touch), .ok)
  }

  private func end(_ request: Request) throws -> Response {
    try requireOwnPage(request)
    if let name = cookie.value(in: request.headers) { sessions.end(name) }
    return Response(status: .noContent, headers: [.setCookie: cookie.removal])
  }

  private func open(_ request: Request, _ find: (String) -> WebSession?) throws -> WebSession {
    guard let name = cookie.value(in: request.headers), let session = find(name) else {
      throw Problem(.unauthorized, "UNAUTHENTICATED", "nobody is signed in")
    }
    guard session.isOf(request.headers[.expectedUser]) else { throw Problem.otherUser }
    return session
  }

  private func requireOwnPage(_ request: Request) throws {
    guard origin.isOwn(request.head), request.headers[.wardlineProof] != nil else {
      throw Problem(.forbidden, "PERMISSION_DENIED", "only the app's own pages may do this")
    }
  }

  private static let formType = "application/x-www-form-urlencoded"
}

// How the routes read and answer.
extension SessionRoutes {
  private func answering(_ answer: () async throws -> Response) async -> Response {
    do {
      return try await answer()
    } catch let problem as Problem {
      return problem.response
    } catch let error as RPCError {
      return Problem(error).response
    } catch {
      return Problem.internalError.response
    }
  }

  private func text(of request: Request) async throws -> String {
    do {
      return String(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
    } catch {
      throw Problem.tooLarge(Self.bodyBytesMax)
    }
  }

  /// The one field that a body of JSON has.
  private func field(_ name: String, of request: Request) async throws -> String {
    guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
      throw Problem.wrongType("application/json")
    }
    guard case .object(let members)? = try? JSONValue(parsing: try await text(of: request)) else {
      throw Problem(.badRequest, "INVALID_ARGUMENT", "the body must be an object of JSON")
    }
    let taken = RequestField.required(name, .text)
    return try Fields(checking: members, against: [taken]).text(name)
  }

  private func json(_ text: String, _ status: HTTPResponse.Status) -> Response {
    Answer(status: status, body: .json(text)).response
  }

  /// A token, and little beside it.
  private static let bodyBytesMax = 16 * 1024
}
