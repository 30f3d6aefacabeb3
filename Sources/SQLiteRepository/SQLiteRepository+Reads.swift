public import ChatModel
public import ChatRepository

extension SQLiteRepository {
  public func user(_ id: UserID) async throws(ChatError) -> User? {
    try await read { try Queries.user(id, $0.db) }
  }

  public func users(
    roles: Set<Role>,
    after: UserID?,
    limit: Int
  ) async throws(ChatError) -> Page<User> {
    try await read { try $0.users(roles: roles, after: after, limit: limit) }
  }

  public func conversation(
    _ id: ConversationID,
    for viewer: UserID
  ) async throws(ChatError) -> ConversationSummary? {
    try await read { try $0.conversation(id, for: viewer) }
  }

  public func conversations(
    of viewer: UserID,
    before: ActivityKey?,
    limit: Int
  ) async throws(ChatError) -> Page<ConversationSummary> {
    try await read { [inboxes] in
      try $0.conversations(of: viewer, before: before, limit: limit, inboxes)
    }
  }

  public func participants(
    of id: ConversationID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [Participant] {
    try await read { snapshot in
      guard let view = try snapshot.view(of: id, for: viewer) else {
        throw ChatError.notFound(.conversation)
      }
      return view.shownParticipants
    }
  }

  public func message(
    _ id: MessageID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> Message? {
    try await read { try $0.message(id, visibleTo: viewer) }
  }

  public func messages(
    of id: ConversationID,
    in range: MessageRange,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> Page<Message> {
    try await read { try $0.messages(of: id, in: range, visibleTo: viewer) }
  }

  public func messages(
    _ filter: MessageFilter,
    before: MessagePlace?,
    limit: Int,
    of viewer: UserID
  ) async throws(ChatError) -> Page<Message> {
    try await read { try $0.messages(filter, before: before, limit: limit, of: viewer) }
  }

  public func versions(
    of id: MessageID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [MessageVersion] {
    try await read { try $0.versions(of: id, visibleTo: viewer) }
  }

  public func searchConversations(
    of viewer: UserID,
    text: String,
    limit: Int
  ) async throws(ChatError) -> [ConversationSummary] {
    try await read { [inboxes] in
      try $0.searchConversations(of: viewer, text: text, limit: limit, inboxes)
    }
  }

  public func receipts(
    of id: MessageID,
    at time: Timestamp?,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [Receipt] {
    try await read { try $0.receipts(of: id, at: time, visibleTo: viewer) }
  }

  public func unreadCounts(of user: UserID) async throws(ChatError) -> UnreadCounts {
    try await read { [inboxes] in try $0.unreadCounts(of: user, inboxes) }
  }

  public func unreadTotal(of user: UserID) async throws(ChatError) -> Int {
    try await read { [inboxes] in try $0.unreadTotal(of: user, inboxes) }
  }

  public func careTeam(of patient: UserID) async throws(ChatError) -> [CareTeamMember] {
    try await read { try $0.careTeam(of: patient) }
  }

  public func careHistory(
    of patient: UserID,
    skipping: Int,
    limit: Int
  ) async throws(ChatError) -> Page<CareTeamMember> {
    try await read { try $0.careHistory(of: patient, skipping: skipping, limit: limit) }
  }

  public func carePatients(
    of professional: UserID,
    includingPast: Bool,
    after: UserID?,
    limit: Int
  ) async throws(ChatError) -> Page<PatientInCare> {
    try await read {
      try $0.carePatients(
        of: professional,
        includingPast: includingPast,
        after: after,
        limit: limit
      )
    }
  }

  public func supportContact(
    of patient: UserID,
    role: Role,
    for viewer: UserID
  ) async throws(ChatError) -> SupportContact? {
    try await read { try $0.supportContact(of: patient, role: role, for: viewer) }
  }

  public func events(_ query: EventQuery) async throws(ChatError) -> EventPage {
    try await read { try $0.events(query) }
  }

  public func revocations(at now: Timestamp) async throws(ChatError) -> StoredRevocations {
    try await read { try $0.revocations(at: now) }
  }

  public func auditRecords(_ query: AuditQuery) async throws(ChatError) -> AuditPage {
    try await read { try $0.auditRecords(query) }
  }

  public func logHead() async throws(ChatError) -> LogHead {
    try await read { try $0.logHead() }
  }
}
