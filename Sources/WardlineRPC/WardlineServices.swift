public import ChatModel
public import ChatService
public import NIOCore
public import RPC
import WardlineAPI

/// The method table of the chat, for any transport.
public struct WardlineServices: Sendable {
  /// Every method, with its handler.
  public let methods: [ServerMethod]
  private let sessions: Sessions

  /// - Parameters:
  ///   - group: the loops of the transports, on which the answers to writes are given.
  ///   - now: the server's clock.
  public init(
    _ chat: ChatServices,
    limits: ChatLimits = ChatLimits(),
    on group: any EventLoopGroup,
    now: @escaping @Sendable () -> Timestamp
  ) {
    let completions = LoopCompletions(group)
    let methods =
      SessionHandler(sessions: chat.sessions).methods
      + UsersHandler(users: chat.users).methods
      + ConversationsHandler(conversations: chat.conversations).methods
      + MessagesHandler(
        messages: chat.messages,
        completions: completions,
        limits: limits
      ).methods
      + EventsHandler(
        sessions: chat.sessions,
        subscriptions: chat.subscriptions,
        completions: completions,
        now: now
      ).methods
    self.methods = methods
    sessions = chat.sessions
  }

  /// What must stand before every call of a server that serves nothing else.
  public var interceptors: [any ServerInterceptor] { interceptors(open: []) }

  /// What must stand before every call.
  ///
  /// - Parameter open: methods of other services that anybody may call, such as those that say how
  ///   the server is.
  public func interceptors(open: [ServerMethod]) -> [any ServerInterceptor] {
    [AuthenticationInterceptor(sessions, methods, open: open)]
  }

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
