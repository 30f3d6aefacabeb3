import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenIDConnect
import RPC

/// Signing in with an issuer: the way there, and the way back.
struct OpenIDRoutes: Sendable {
  let start: SessionStart
  let origin: RequestOrigin
  let providers: [OpenIDSignIn]
  let pending: PendingSignIns
  let cookie: AttemptCookie
  /// Of the page on the way back.
  let headers: HTTPFields
  let logger: Logger

  func add(to router: Router<GatewayContext>) {
    for provider in providers {
      router.get(RouterPath(provider.path)) { request, _ in
        await answering(provider) { () async throws(SignInFailure) in
          try await leave(for: provider, request)
        }
      }
      router.get(RouterPath(provider.callbackPath)) { request, context in
        await answering(provider) { () async throws(SignInFailure) in
          try await comeBack(from: provider, request, context)
        }
      }
    }
  }

  /// To the issuer. The browser keeps what has begun, by which it is known again.
  private func leave(
    for provider: OpenIDSignIn,
    _ request: Request
  ) async throws(SignInFailure) -> Response {
    guard let own = origin.own(request.head) else { throw .refused }
    let begun = pending.begin(
      with: provider.id,
      redirectURI: own + provider.callbackPath,
      path: path(in: request) ?? .start
    )
    guard let (attempt, sealed) = begun else { throw .unavailable }
    let address: String
    do {
      address = try await provider.party.authorizationAddress(for: attempt)
    } catch {
      throw failure(error, provider)
    }
    return Response(
      status: .found,
      headers: [.location: address, .setCookie: cookie.setting(sealed, for: attempt.state)]
    )
  }

  /// Where the person wanted to go, if a cookie has room for it beside others: no path of the app is
  /// nearly as long.
  private func path(in request: Request) -> AppPath? {
    request.uri.queryParameters["path"].flatMap { AppPath(String($0)) }
      .flatMap { $0.text.utf8.count <= Self.pathBytesMax ? $0 : nil }
  }

  private static let pathBytesMax = 256

  private func comeBack(
    from provider: OpenIDSignIn,
    _ request: Request,
    _ context: GatewayContext
  ) async throws(SignInFailure) -> Response {
    let query = request.uri.queryParameters
    guard let state = query["state"].map(String.init),
      let sealed = cookie.value(for: state, in: request.headers),
      let pending = pending.take(state, of: provider.id, from: sealed)
    else {
      throw failure(.refused("nobody has begun what the issuer answers"), provider)
    }
    if let error = query["error"] { throw failure(String(error), provider) }
    guard let code = query["code"] else { throw failure(.refused("there is no code"), provider) }
    let answer = AuthorizationAnswer(code: String(code), issuer: query["iss"].map(String.init))
    let identity: OpenIDIdentity
    do {
      identity = try await provider.party.identity(by: answer, to: pending.attempt)
    } catch {
      throw failure(error, provider)
    }
    let token = try await provider.token(identity)
    let session = try await begin(token, request, context)
    return arrival(at: pending.path, [session, cookie.removal(for: state)])
  }

  private func begin(
    _ token: String,
    _ request: Request,
    _ context: GatewayContext
  ) async throws(SignInFailure) -> String {
    do {
      return try await start.begin(token, request, context).cookie
    } catch let error as RPCError where error.code == .unauthenticated {
      throw .refused
    } catch {
      throw .unavailable
    }
  }

  /// A page that goes on by itself. A redirection would still be one from the issuer's site, with
  /// which browsers do not send the session's cookie; from this page on the requests are the app's own.
  private func arrival(at path: AppPath, _ cookies: [String]) -> Response {
    let place = path.text.escapedForMarkup
    let page = """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><title>Wardline</title>
      <meta http-equiv="refresh" content="0;url=\(place)">
      <p><a href="\(place)">Go on</a></p></html>

      """
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.cacheControl] = "no-store"
    for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie)) }
    return Response(
      status: .ok,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: page))
    )
  }
}

// What becomes of those who are not signed in.
extension OpenIDRoutes {
  private func answering(
    _ provider: OpenIDSignIn,
    _ answer: () async throws(SignInFailure) -> Response
  ) async -> Response {
    do {
      return try await answer()
    } catch {
      logger.notice(
        "a sign-in failed",
        metadata: ["provider": "\(provider.id)", "failure": "\(error.rawValue)"]
      )
      return Response(
        status: .found,
        headers: [.location: "/?sign-in-error=\(error.rawValue)"]
      )
    }
  }

  private func failure(_ failure: OpenIDFailure, _ provider: OpenIDSignIn) -> SignInFailure {
    logger.notice(
      "an issuer's answer is of no use",
      metadata: ["provider": "\(provider.id)", "reason": "\(failure.reason)"]
    )
    return switch failure {
    case .refused: .refused
    case .unavailable: .unavailable
    }
  }

  /// The issuer says by a word of RFC 6749, 4.1.2.1 why there is no code.
  private func failure(_ error: String, _ provider: OpenIDSignIn) -> SignInFailure {
    switch error {
    case "access_denied": .cancelled
    case "server_error", "temporarily_unavailable": .unavailable
    default: failure(.refused("the issuer refuses the request"), provider)
    }
  }
}

extension String {
  /// As the value of an attribute.
  fileprivate var escapedForMarkup: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
