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
public protocol ChatRepository: Sendable {
  // MARK: Writes

  /// Stores a message under the next number of its conversation.
  ///
  /// Its time is the intent's, or that of the message before it if that is later. Fails with
  /// `notFound(.conversation)` if the sender is no active participant; `notFound(.user)` if the
  /// sender or the recipient of a first message does not exist or is not active;
  /// `failedPrecondition` if the conversation is closed; `invalidArgument` if sender and recipient
  /// are one; `alreadyExists` if the key was used for something else.
  func append(
    _ intent: AppendMessage,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<AppendedMessage, ChatError>) -> Void
  )

  /// Finds or makes the direct conversation of two users.
  ///
  /// Fails with `notFound(.user)` if one of them does not exist or is not active, and with
  /// `invalidArgument` if they are one.
  func createConversation(
    _ intent: CreateConversation,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<CreatedConversation, ChatError>) -> Void
  )

  /// Moves a watermark forward.
  ///
  /// Fails with `notFound(.conversation)` if the user is no active participant.
  func moveWatermark(
    _ intent: MoveWatermark,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<WatermarkState, ChatError>) -> Void
  )

  /// Creates a user, or changes name, role and state of one.
  func putUser(
    _ intent: PutUser,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<User, ChatError>) -> Void
  )

  /// Makes a user inactive. Fails with `notFound(.user)` if there is none.
  func deactivateUser(
    _ intent: DeactivateUser,
    on executor: any CompletionExecutor,
    completion: @escaping @Sendable (Result<User, ChatError>) -> Void
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

  /// Who of the other active participants got a message and read it, and when.
  ///
  /// Throws `notFound(.message)` if there is none or the `viewer`, if any, takes no part.
  func receipts(
    of id: MessageID,
    visibleTo viewer: UserID?
  ) async throws(ChatError) -> [Receipt]

  /// What `user` has not read: messages of others behind his read watermark.
  func unreadCounts(of user: UserID) async throws(ChatError) -> UnreadCounts

  // MARK: Events

  /// The next part of the log as a user may see it.
  ///
  /// Throws `outOfRange` if `after` lies behind the newest event.
  func events(_ query: EventQuery) async throws(ChatError) -> EventPage

  /// The newest position, and the log it is in.
  func logHead() async throws(ChatError) -> LogHead

  // MARK: Life

  /// Answers everything that waits, accepts nothing more, and lets go of the storage.
  ///
  /// Calling it again does nothing.
  func close() async
}
