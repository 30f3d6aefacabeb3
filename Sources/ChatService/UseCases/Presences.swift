public import ChatModel
import ChatRepository

/// Who can be reached how, and who is typing.
public struct Presences: Sendable {
  private let repository: any ChatRepository
  private let board: PresenceBoard
  private let typing: TypingBoard
  private let limits: ChatLimits
  private let now: @Sendable () -> Timestamp

  init(
    _ repository: any ChatRepository,
    _ board: PresenceBoard,
    _ typing: TypingBoard,
    limits: ChatLimits,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.repository = repository
    self.board = board
    self.typing = typing
    self.limits = limits
    self.now = now
  }

  /// Tells the others of a conversation that the caller types, for the next six seconds, or that
  /// they have ceased to.
  ///
  /// - Throws: `notFound(.conversation)` when the caller takes no part in it; `failedPrecondition`
  ///   when it is closed; `limitReached` when the caller types in eight others.
  public func type(
    _ isTyping: Bool,
    in conversation: ConversationID,
    _ caller: Principal
  ) async throws(ChatError) {
    try Policy.demand(.typing, caller)
    try await typing.signal(
      isTyping,
      TypingBoard.Place(conversation: conversation, user: caller.userID)
    )
  }

  /// Keeps the caller online for a while, by one of their devices.
  ///
  /// - Parameters:
  ///   - device: tells the devices of one user apart.
  ///   - timeToLive: `timeToLiveRange`.
  /// - Throws: `limitReached` when the caller has eight other devices.
  public func heartbeat(
    device: String,
    for timeToLive: Duration,
    _ caller: Principal
  ) throws(ChatError) {
    try Policy.demand(.heartbeat, caller)
    try board.heartbeat(caller.userID, device: device, for: timeToLive)
  }

  /// A device of the caller goes.
  public func leave(device: String, _ caller: Principal) throws(ChatError) {
    try Policy.demand(.heartbeat, caller)
    board.left(caller.userID, device: device)
  }

  /// The presence of those whom the caller shares an active conversation with, and of the caller;
  /// others are left out, whether or not there is such a user.
  public func get(
    _ users: [UserID],
    _ caller: Principal
  ) async throws(ChatError) -> [UserID: Presence] {
    try Policy.demand(.getPresence, caller)
    return try await board.presences(of: users, for: caller.userID)
  }

  /// Says how the caller can be reached, until it is changed or ends.
  ///
  /// - Throws: `invalidArgument` when the text is too long or not one line, or the end has passed.
  public func set(
    _ note: StatusNote,
    key: IdempotencyKey?,
    _ caller: Principal
  ) async throws(ChatError) -> StatusNote {
    try Policy.demand(.setPresence, caller)
    try limits.validate(statusText: note.text)
    let context = caller.context(of: .setPresence, key, now: now())
    let stored = try await repository.write(SetStatus(note: note), context)
    board.statusSet(caller.userID, endsAt: stored.endsAt)
    return stored
  }

  /// What a heartbeat may ask for.
  public static let timeToLiveRange = Duration.seconds(5)...Duration.seconds(300)
}
