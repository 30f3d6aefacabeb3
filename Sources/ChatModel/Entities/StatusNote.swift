/// A status with what its owner wrote beside it, for as long as they said.
public struct StatusNote: Hashable, Sendable, Codable {
  public var status: PresenceStatus
  /// One line of at most `ChatLimits.statusTextBytesMax` bytes; may be empty.
  public var text: String
  /// From then on the owner is available again; nil for no end.
  public var endsAt: Timestamp?

  public init(_ status: PresenceStatus, text: String = "", endsAt: Timestamp? = nil) {
    self.status = status
    self.text = text
    self.endsAt = endsAt
  }

  /// What holds for whoever has said nothing, and after the end of what was said.
  public static let available = StatusNote(.available)

  /// What holds at a moment.
  public func current(at now: Timestamp) -> StatusNote {
    if let endsAt, endsAt <= now { return .available }
    return self
  }
}
