public import ChatModel
import Hummingbird
public import Logging
import RPC
import WardlineAPI

/// The web app: its page and files, and signing in to it.
public struct WebApp: Sendable {
  private let settings: WebSettings
  private let sessions: WebSessions
  private let choices: SignInChoices
  private let pending: PendingSignIns
  private let logger: Logger

  /// - Parameters:
  ///   - development: whom one may sign in as without proof; nil for nobody.
  ///   - providers: the issuers with whom one may sign in.
  ///   - randomBytes: bytes that nobody can foresee, for the names of sessions.
  public init(
    _ settings: WebSettings,
    development: DevelopmentSignIn? = nil,
    providers: [OpenIDSignIn] = [],
    randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8],
    now: @escaping @Sendable () -> Timestamp,
    logger: Logger
  ) {
    self.settings = settings
    self.logger = logger
    choices = SignInChoices(development: development, providers: providers)
    let names = RandomNames(randomBytes: randomBytes)
    sessions = WebSessions(names: names, now: now)
    pending = PendingSignIns(names: names, now: now)
  }

  fileprivate var credentials: SessionCredentials {
    SessionCredentials(sessions: sessions, cookie: cookie, origin: origin)
  }

  private var cookie: SessionCookie { SessionCookie(isSecure: settings.isSecure) }
  private var origin: RequestOrigin { RequestOrigin(settings: settings) }

  fileprivate func add(
    to router: Router<GatewayContext>,
    identify: @escaping SessionStart.Identify
  ) {
    let headers = SecurityHeaders.fields(frameAncestors: settings.frameAncestors)
    WebPages(WebFile.embedded, headers: headers).add(to: router)
    let start = SessionStart(
      settings: settings,
      sessions: sessions,
      cookie: cookie,
      identify: identify
    )
    SessionRoutes(start: start, origin: origin, choices: choices).add(to: router)
    OpenIDRoutes(
      start: start,
      origin: origin,
      providers: choices.providers,
      pending: pending,
      cookie: AttemptCookie(isSecure: settings.isSecure),
      headers: headers,
      logger: logger
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
