public import ChatModel

/// Keeps users, conversations, messages, receipts and the log of their events.
///
/// Writes are intents. Each is atomic; it is checked completely before it changes anything, so one
/// that breaks a rule fails alone even when it shares a transaction with others. A write is
/// submitted without waiting and answered exactly once, after its commit is durable, on the
/// executor given; writes of one caller take effect in the order in which they were submitted.
/// Submitting never blocks: when too much is waiting the answer is `resourceExhausted`, after
/// `close` it is `unavailable`.
///
/// Each change puts one event into the log, in its own transaction. Positions have no gaps and
/// follow the order of commits.
///
/// Every operation throws `unavailable`, `resourceExhausted` (storage full), `dataLoss` or
/// `internal` when storage fails; nothing is acknowledged then. Reads see every write that was
/// answered before they began, and throw `cancelled` if their task is.
public protocol ChatRepository: PresenceRepository {
  // MARK: Writes

  /// Makes a change, whole or not at all.
  ///
  /// With a key in the context a repetition gets the answer of the first, for ever; the same key with
  /// another intent fails with `alreadyExists`. What else an intent fails with stands in
  /// `docs/architecture.md`: in short, `notFound` when the actor takes no part, `permissionDenied`
  /// when his part is not enough, `failedPrecondition` when the state forbids it.
  func write<Intent: WriteIntent>(
    _ intent: Intent,
    _ context: WriteContext,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Intent.Outcome, ChatError>) -> Void
  )

  // MARK: Users

  /// A user, active or not; nil if there is none.
  func user(_ id: UserID) async throws(ChatError) -> User?

  /// The active users of some roles by identifier, behind `after`.
  ///
  /// The cost follows `limit`, not the number of users, of these roles or of others.
  func users(roles: Set<Role>, after: UserID?, limit: Int) async throws(ChatError) -> Page<User>

  // MARK: Conversations

  /// A conversation as `viewer` sees it; nil if there is none or he takes no part in it.
  func conversation(
    _ id: ConversationID,
    for viewer: UserID
  ) async throws(ChatError) -> ConversationSummary?

  /// The conversations in which `viewer` takes part, by last activity, newest first.
  func conversations(
    of viewer: UserID,
    before: ActivityKey?,
    limit: Int
  ) async throws(ChatError) -> Page<ConversationSummary>

  /// The conversations of `viewer` in which a word of the title, of the name of another participant
  /// or of the last message begins with each word of `text`, regardless of case and diacritics, by
  /// last activity, newest first.
  func searchConversations(
    of viewer: UserID,
    text: String,
    limit: Int
  ) async throws(ChatError) -> [ConversationSummary]

  /// All participants, those who left too, by identifier.
  ///
  /// With a `viewer` who takes no part it throws `notFound(.conversation)`.
  func participants(
    of id: ConversationID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [Participant]

  // MARK: Messages

  /// A message; nil if there is none or the `viewer`, if any, takes no part in its conversation.
  func message(_ id: MessageID, visibleTo viewer: UserID?) async throws(ChatError) -> Message?

  /// Messages of a conversation.
  ///
  /// With a `viewer` who takes no part it throws `notFound(.conversation)`; the same without one
  /// if there is no such conversation.
  func messages(
    of id: ConversationID,
    in range: MessageRange,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> Page<Message>

  /// Messages of all conversations of `viewer` that a filter lets through, newest first.
  func messages(
    _ filter: MessageFilter,
    before: MessagePlace?,
    limit: Int,
    of viewer: UserID
  ) async throws(ChatError) -> Page<Message>

  /// What a message said in each of its versions, the present one last.
  ///
  /// Throws `notFound(.message)` if there is none, it was deleted, or the `viewer` may not see it.
  func versions(
    of id: MessageID,
    visibleTo viewer: UserID?
  ) async throws(ChatError)
    -> [MessageVersion]

  /// Who of the other participants got a message, read and acknowledged it, and when: all who took
  /// part when it was sent, by participant.
  ///
  /// With a time, as it was known then: later moves and participants are left out. Throws
  /// `notFound(.message)` if there is none or the `viewer`, if any, takes no part.
  func receipts(
    of id: MessageID,
    at time: Timestamp?,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [Receipt]

  /// The messages that `viewer` may see in which all words stand, best first.
  ///
  /// A message can be found a moment after it was sent. Throws `notFound(.conversation)` for one in
  /// which the viewer takes no part.
  func search(
    _ search: MessageSearch,
    of viewer: UserID
  ) async throws(ChatError)
    -> Page<FoundMessage>

  /// What `user` has not read: messages of others behind his read watermark.
  func unreadCounts(of user: UserID) async throws(ChatError) -> UnreadCounts

  /// The total of `unreadCounts(of:)`, for less.
  func unreadTotal(of user: UserID) async throws(ChatError) -> Int

  // MARK: Attachments

  /// An attachment; nil if there is none, or if the `viewer`, if any, neither owns it nor may see a
  /// message that has it.
  func attachment(
    _ id: AttachmentID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> Attachment?

  /// What the attachments of a user amount to.
  func attachmentUsage(of user: UserID) async throws(ChatError) -> AttachmentUsage

  /// An attachment that the server is to look into; nil if there is none, or nothing to do for it.
  func waitingAttachment(_ id: AttachmentID) async throws(ChatError) -> WaitingAttachment?

  /// The attachments that the server is to look into, by identifier, behind `after`.
  func waitingAttachments(
    after: AttachmentID?,
    limit: Int
  ) async throws(ChatError) -> [WaitingAttachment]

  /// Whether somebody may still have the bytes with this hash: as an attachment that was not
  /// rejected, or as a thumbnail.
  func isBlobUsed(_ hash: ContentHash) async throws(ChatError) -> Bool
  // MARK: Care teams

  /// Who cares for a patient, by role.
  func careTeam(of patient: UserID) async throws(ChatError) -> [CareTeamMember]

  /// All assignments of a patient, the oldest first, without the first `skipping`.
  func careHistory(
    of patient: UserID,
    skipping: Int,
    limit: Int
  ) async throws(ChatError) -> Page<CareTeamMember>

  /// The patients of a professional by identifier, behind `after`: those who are assigned now, or
  /// those of before too.
  func carePatients(
    of professional: UserID,
    includingPast: Bool,
    after: UserID?,
    limit: Int
  ) async throws(ChatError) -> Page<PatientInCare>

  /// Who cares for a patient in a role, and the support conversation as `viewer` sees it; nil if
  /// nobody does.
  func supportContact(
    of patient: UserID,
    role: Role,
    for viewer: UserID
  ) async throws(ChatError) -> SupportContact?

  // MARK: Events

  /// The next part of the log as a user may see it.
  ///
  /// Throws `outOfRange` if `after` lies behind the newest event.
  func events(_ query: EventQuery) async throws(ChatError) -> EventPage

  /// The newest position, and the log it is in.
  func logHead() async throws(ChatError) -> LogHead

  // MARK: Administration

  /// How much there is of everything. The cost follows the number of users and conversations.
  func statistics() async throws(ChatError) -> StorageStatistics

  /// All users by identifier, those who were deactivated too.
  func everybody(role: Role?, after: UserID?, limit: Int) async throws(ChatError) -> Page<User>

  /// Conversations by identifier, without anything that was said in them.
  func conversationOverviews(
    _ filter: OverviewFilter,
    after: ConversationID?,
    limit: Int
  ) async throws(ChatError) -> Page<AdministeredConversation>

  /// Makes a backup of the state of one moment, verifies it and has it on the disk. Reads and writes
  /// go on meanwhile.
  ///
  /// Throws `failedPrecondition(.backupRunning)` while another one is made.
  func makeBackup(at now: Timestamp) async throws(ChatError) -> BackupReport
  // MARK: Revocations

  /// Every revocation that still matters at a time.
  func revocations(at now: Timestamp) async throws(ChatError) -> StoredRevocations

  // MARK: Audit

  /// Writes the record of a call that changes nothing, unless it has one. The answer is a success
  /// when the call has a durable record.
  ///
  /// - Parameter outcome: the name of the call's status.
  func record(
    _ entry: AuditEntry,
    outcome: String,
    at now: Timestamp,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<Void, ChatError>) -> Void
  )

  /// Records of calls.
  func auditRecords(_ query: AuditQuery) async throws(ChatError) -> AuditPage

  // MARK: Life

  /// Answers everything that waits, accepts nothing more, and lets go of the storage.
  ///
  /// Calling it again does nothing.
  func close() async
}
