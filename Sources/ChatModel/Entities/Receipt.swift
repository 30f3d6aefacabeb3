/// Which of a participant's watermarks. The raw value is how it is stored.
public enum ReceiptKind: String, Hashable, Sendable, CaseIterable, Codable {
  case delivered
  /// Implies delivered.
  case read
  /// Implies read.
  case acknowledged
}

/// When one message reached one participant, and when he read and acknowledged it.
public struct Receipt: Hashable, Sendable {
  public var participantID: ParticipantID
  public var userID: UserID
  public var displayName: String
  /// When a watermark first covered the message, nil if none does.
  public var deliveredAt: Timestamp?
  public var readAt: Timestamp?
  public var acknowledgedAt: Timestamp?
  /// Whether he still takes part.
  public var isActive: Bool

  public init(
    participantID: ParticipantID,
    userID: UserID,
    displayName: String,
    deliveredAt: Timestamp?,
    readAt: Timestamp?,
    acknowledgedAt: Timestamp? = nil,
    isActive: Bool = true
  ) {
    self.participantID = participantID
    self.userID = userID
    self.displayName = displayName
    self.deliveredAt = deliveredAt
    self.readAt = readAt
    self.acknowledgedAt = acknowledgedAt
    self.isActive = isActive
  }
}

/// One move of a watermark.
public struct ReceiptMove: Hashable, Sendable {
  public var participantID: ParticipantID
  public var userID: UserID
  public var kind: ReceiptKind
  public var upTo: MessageSequence
  public var movedAt: Timestamp

  public init(
    participantID: ParticipantID,
    userID: UserID,
    kind: ReceiptKind,
    upTo: MessageSequence,
    movedAt: Timestamp
  ) {
    self.participantID = participantID
    self.userID = userID
    self.kind = kind
    self.upTo = upTo
    self.movedAt = movedAt
  }
}
