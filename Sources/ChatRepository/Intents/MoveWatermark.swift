public import ChatModel

/// The wish to note how far a user has got in a conversation.
///
/// A watermark only moves forward, and no further than the newest message. Moving `read` moves
/// `delivered` along. A request that moves nothing writes nothing and gets the present state.
public struct MoveWatermark: Hashable, Sendable {
  public var user: UserID
  public var conversation: ConversationID
  public var kind: ReceiptKind
  public var upTo: MessageSequence
  /// The server's time.
  public var now: Timestamp

  public init(
    user: UserID,
    conversation: ConversationID,
    kind: ReceiptKind,
    upTo: MessageSequence,
    now: Timestamp
  ) {
    self.user = user
    self.conversation = conversation
    self.kind = kind
    self.upTo = upTo
    self.now = now
  }
}

/// Where a participant's watermarks stand now.
public struct WatermarkState: Hashable, Sendable {
  public var participantID: ParticipantID
  public var delivered: Watermark
  public var read: Watermark
  /// Messages of others in this conversation that the user has not read.
  public var unreadCount: Int
  /// Whether this request moved anything.
  public var moved: Bool

  public init(
    participantID: ParticipantID,
    delivered: Watermark,
    read: Watermark,
    unreadCount: Int,
    moved: Bool
  ) {
    self.participantID = participantID
    self.delivered = delivered
    self.read = read
    self.unreadCount = unreadCount
    self.moved = moved
  }
}
