public import ChatModel

/// The wish to note how far the actor has got in a conversation.
///
/// A watermark only moves forward, and no further than the newest message. Moving `read` moves
/// `delivered` along, moving `acknowledged` both. A request that moves nothing writes nothing and
/// gets the present state.
public struct MoveWatermark: WriteIntent, Codable {
  public static let operation = "Messages/Mark"

  public var conversation: ConversationID
  public var kind: ReceiptKind
  public var upTo: MessageSequence

  public init(
    conversation: ConversationID,
    kind: ReceiptKind,
    upTo: MessageSequence
  ) {
    self.conversation = conversation
    self.kind = kind
    self.upTo = upTo
  }

  public func apply(to transaction: some ChatTransaction) throws -> WatermarkState {
    try transaction.moveWatermark(self)
  }
}

/// Where a participant's watermarks stand.
public struct WatermarkState: Hashable, Sendable, Codable {
  public var participantID: ParticipantID
  public var delivered: Watermark
  public var read: Watermark
  public var acknowledged: Watermark
  /// Messages of others in this conversation that the user has not read.
  public var unreadCount: Int
  /// Whether this request moved anything.
  public var moved: Bool

  public init(
    participantID: ParticipantID,
    delivered: Watermark,
    read: Watermark,
    acknowledged: Watermark = .start,
    unreadCount: Int,
    moved: Bool
  ) {
    self.participantID = participantID
    self.delivered = delivered
    self.read = read
    self.acknowledged = acknowledged
    self.unreadCount = unreadCount
    self.moved = moved
  }
}
