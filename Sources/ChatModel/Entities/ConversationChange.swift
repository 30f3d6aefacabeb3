/// What a conversation is called and may be done in, after a change.
public struct ConversationChange: Hashable, Sendable, Codable {
  public var title: String?
  public var isActive: Bool
  public var history: HistoryVisibility
  public var by: UserID
  /// True or nil; nil too in what was stored before there was such a label.
  private var label: Bool?
  public var isSensitive: Bool { label ?? false }

  public init(
    title: String?,
    isActive: Bool,
    history: HistoryVisibility,
    isSensitive: Bool,
    by: UserID
  ) {
    self.title = title
    self.isActive = isActive
    self.history = history
    label = isSensitive ? true : nil
    self.by = by
  }
}
