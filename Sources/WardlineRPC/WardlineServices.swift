public import ChatModel
public import ChatService
public import NIOCore
import ProtobufC
public import RPC
import WardlineAPI

/// The method table of the chat, for any transport.
public struct WardlineServices: Sendable {
  /// Every method, with its handler.
  public let methods: [ServerMethod]
  private let sessions: Sessions
  private let audit: CallAudit
  private let gate: any AuthenticationGate

  /// - Parameters:
  ///   - group: the loops of the transports, on which the answers to writes are given.
  ///   - checkInterval: how soon the end of a session or the loss of a right ends streams on which
  ///     nothing moves.
  ///   - gate: decides which proofs of who is calling are looked at; nil for all.
  ///   - now: the server's clock.
  public init(
    _ chat: ChatServices,
    limits: ChatLimits = ChatLimits(),
    on group: any EventLoopGroup,
    checkInterval: TimeAmount = .seconds(2),
    gate: (any AuthenticationGate)? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    let completions = LoopCompletions(group)
    let gate = gate ?? OpenGate()
    self.gate = gate
    let methods =
      SessionHandler(sessions: chat.sessions, gate: gate).methods
      + UsersHandler(users: chat.users, sessions: chat.sessions).methods
      + ConversationsHandler(conversations: chat.conversations, presences: chat.presences).methods
      + MessagesHandler(
        messages: chat.messages,
        completions: completions,
        limits: limits
      ).methods
      + CareTeamsHandler(careTeams: chat.careTeams).methods
      + AdministrationHandler(administration: chat.administration).methods
      + PresenceHandler(presences: chat.presences).methods
    let attachments = chat.attachments.map {
      AttachmentsHandler(
        attachments: $0,
        sessions: chat.sessions,
        checkInterval: checkInterval
      ).methods
    }
    // These look after their sessions themselves, and say where to go on.
    let events = EventsHandler(
      sessions: chat.sessions,
      subscriptions: chat.subscriptions,
      completions: completions,
      now: now
    ).methods
    let watch = SessionWatch(sessions: chat.sessions, interval: checkInterval)
    let all = methods + AuditHandler(trail: chat.audit).methods + (attachments ?? [])
    let audit = CallAudit(chat.audit, completions, Self.signatures)
    self.methods = (all.map(watch.watched) + events).map(audit.audited)
    self.audit = audit
    sessions = chat.sessions
  }

  /// What must stand before every call of a server that serves nothing else.
  public var interceptors: [any ServerInterceptor] { interceptors(open: []) }

  /// What must stand before every call.
  ///
  /// - Parameters:
  ///   - open: methods of other services that anybody may call, such as those that say how the server
  ///     is. Their calls are not recorded.
  ///   - last: is asked when it is known who is calling, and may refuse too. It does not hear of the
  ///     end of calls.
  public func interceptors(
    open: [ServerMethod],
    last: [any ServerInterceptor] = []
  ) -> [any ServerInterceptor] {
    let inner: [any ServerInterceptor] = [
      AuthenticationInterceptor(sessions, gate, methods),
      AccessInterceptor(sessions, methods, open: open),
      ExpectationInterceptor(),
    ]
    return [AuditedAdmission(inner + last, audit, recording: methods)]
  }

  /// Every method with the type of its requests.
  static let signatures: [(method: MethodDescriptor, input: MessageDescriptor)] =
    (SessionMethods.signatures + UsersMethods.signatures + ConversationsMethods.signatures
    + MessagesMethods.signatures + AttachmentsMethods.signatures + CareTeamsMethods.signatures
    + AdministrationMethods.signatures + PresenceMethods.signatures + EventsMethods.signatures
    + AuditMethods.signatures)
    .map { ($0.method, $0.input) }

  /// Every method with what it asks for.
  public var operations: [(method: MethodDescriptor, operation: ChatService.Operation)] {
    methods.compactMap { method in
      ChatService.Operation(method.descriptor).map { (method.descriptor, $0) }
    }
  }

  /// Who makes a call, once the interceptors have found out; nil for a call of nobody.
  public static func principal(of context: ServerContext) -> ChatService.Principal? {
    (context.identity as? Caller)?.principal
  }

  /// The identity of somebody proven by other means than a token, to be bound to a connection.
  public static func identity(of principal: ChatService.Principal) -> any CallerIdentity {
    Caller(principal)
  }
}
