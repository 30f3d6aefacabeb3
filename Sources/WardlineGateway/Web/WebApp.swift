public import ChatModel
import Hummingbird
import RPC
import WardlineAPI

/// The web app: its page and files, and signing in to it.
public struct WebApp: Sendable {
  private let settings: WebSettings
  private let sessions: WebSessions
  private let development: DevelopmentSignIn?

  /// - Parameters:
  ///   - development: whom one may sign in as without proof; nil for nobody.
  ///   - randomBytes: bytes that nobody can foresee, for the names of sessions.
  public init(
    _ settings: WebSettings,
    development: DevelopmentSignIn? = nil,
    randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8],
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.settings = settings
    self.development = development
    sessions = WebSessions(randomBytes: randomBytes, now: now)
  }

  fileprivate var credentials: SessionCredentials {
    SessionCredentials(sessions: sessions, cookie: cookie, origin: origin)
  }

  private var cookie: SessionCookie { SessionCookie(isSecure: settings.isSecure) }
  private var origin: RequestOrigin { RequestOrigin(settings: settings) }

  fileprivate func add(
    to router: Router<GatewayContext>,
    identify: @escaping SessionRoutes.Identify
  ) {
    let headers = SecurityHeaders.fields(frameAncestors: settings.frameAncestors)
    WebPages(WebFile.embedded, headers: headers).add(to: router)
    SessionRoutes(
      settings: settings,
      sessions: sessions,
      cookie: cookie,
      origin: origin,
      development: development,
      identify: identify
    ).add(to: router)
  }
}

extension GatewayFace {
  /// Shows the web app beside the routes of the chat, which from then on take its sessions for proof.
  public mutating func show(_ app: WebApp) {
    credentials.append(app.credentials)
    addRoutes = { [calls, addRoutes] router in
      addRoutes(router)
      app.add(to: router) { token, context in
        try await WebPerson(token: token, calls, context)
      }
    }
  }
}

extension WebPerson {
  /// Asks by a call, which is counted, limited and recorded as every other.
  fileprivate init(
    token: String,
    _ calls: InProcessCalls,
    _ context: GatewayContext
  ) async throws {
    let transport = calls.transport(
      from: context.connection,
      metadata: ["authorization": "Bearer \(token)"]
    )
    let answer = try await SessionClient(transport).whoAmI(WhoAmIRequest())
    guard let principal = answer.principal,
      let role = principal.role.word.flatMap(ChatModel.Role.init(rawValue:))
    else { throw RPCError(.unauthenticated, "the token stands for nobody") }
    self.init(
      userID: principal.userID,
      displayName: principal.displayName,
      role: role,
      expiresAt: Timestamp(milliseconds: principal.expiresAtMs)
    )
  }
}
