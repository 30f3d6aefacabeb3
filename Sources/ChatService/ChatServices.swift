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
  public let presences: Presences
  private let presenceBoard: PresenceBoard

  /// - Parameters:
  ///   - hub: the hub whose `committed` the repository was opened with.
  ///   - auditReads: when calls that change nothing are answered.
  ///   - time: by which everything ephemeral comes and goes.
  ///   - now: the server's clock.
  public init(
    repository: any ChatRepository,
    hub: EventHub,
    tokens: any TokenVerifying,
    limits: ChatLimits = ChatLimits(),
    attachments backend: AttachmentBackend? = nil,
    auditReads: AuditTrail.Reads = .strict,
    time: any Timekeeper,
    now: @escaping @Sendable () -> Timestamp
  ) {
    let directory = UserDirectory(repository)
    sessions = Sessions(repository, directory, tokens: tokens, limits: limits, now: now)
    users = Users(repository, directory, limits: limits, now: now)
    conversations = Conversations(repository, directory, limits: limits, now: now)
    messages = Messages(repository, directory, limits: limits, now: now)
    careTeams = CareTeams(repository, limits: limits, now: now)
    administration = Administration(repository, hub, now: now)
    attachments = backend.map { Attachments(repository, $0, now: now) }
    audit = AuditTrail(repository, reads: auditReads, now: now)
    let typing = TypingBoard(repository, hub, time)
    let board = PresenceBoard(repository, hub, time, wallTime: now) { times in
      guard let somebody = times.keys.first else { return true }
      let context = WriteContext(actor: somebody, now: now())
      return (try? await repository.write(RecordLastSeen(times: times), context)) != nil
    }
    hub.observe { events in
      typing.committed(events)
      board.committed(events)
    }
    presenceBoard = board
    presences = Presences(repository, board, typing, limits: limits, now: now)
    subscriptions = Subscriptions(repository, hub, board)
  }

  /// Stores what is stored a while later, before the repository is closed.
  public func stop() async {
    await presenceBoard.stop()
  }
}
