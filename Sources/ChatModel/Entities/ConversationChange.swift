/// What a conversation is called and may be done in, after a change.
public struct ConversationChange: Hashable, Sendable, Codable {
  public var title: String?
  public var isActive: Bool
  public var history: HistoryVisibility
  public var by: UserID

  public init(title: String?, isActive: Bool, history: HistoryVisibility, by: UserID) {
    self.title = title
    self.isActive = isActive
    self.history = history
    self.by = by
  }
}
