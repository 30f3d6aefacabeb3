public import ChatModel
public import ChatRepository

/// The use cases of the chat over one repository.
public struct ChatServices: Sendable {
  public let sessions: Sessions
  public let users: Users
  public let conversations: Conversations
  public let messages: Messages
  public let careTeams: CareTeams
  public let administration: Administration
  public let subscriptions: Subscriptions
  /// Nil when there is nowhere to put them.
  public let attachments: Attachments?
  public let audit: AuditTrail

  /// - Parameters:
  ///   - hub: the hub whose `committed` the repository was opened with.
  ///   - auditReads: when calls that change nothing are answered.
  ///   - now: the server's clock.
  public init(
    repository: any ChatRepository,
    hub: EventHub,
    tokens: any TokenVerifying,
    limits: ChatLimits = ChatLimits(),
    attachments backend: AttachmentBackend? = nil,
    auditReads: AuditTrail.Reads = .strict,
    now: @escaping @Sendable () -> Timestamp
  ) {
    let directory = UserDirectory(repository)
    sessions = Sessions(repository, directory, tokens: tokens, limits: limits, now: now)
    users = Users(repository, directory, limits: limits, now: now)
    conversations = Conversations(repository, directory, limits: limits, now: now)
    messages = Messages(repository, directory, limits: limits, now: now)
    careTeams = CareTeams(repository, limits: limits, now: now)
    administration = Administration(repository, hub, now: now)
    subscriptions = Subscriptions(repository, hub)
    attachments = backend.map { Attachments(repository, $0, now: now) }
    audit = AuditTrail(repository, reads: auditReads, now: now)
  }
}
