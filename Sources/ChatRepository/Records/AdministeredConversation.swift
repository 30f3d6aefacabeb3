public import ChatModel

/// A conversation as administrators see it: nothing of what was said in it.
public struct AdministeredConversation: Hashable, Sendable {
  public var conversation: Conversation
  /// Those who take part now.
  public var participantCount: Int
  /// The first of them, at most `usersMax`.
  public var users: [UserID]

  public static let usersMax = 20

  public init(conversation: Conversation, participantCount: Int, users: [UserID]) {
    self.conversation = conversation
    self.participantCount = participantCount
    self.users = users
  }
}

/// Which conversations administrators ask for.
public struct OverviewFilter: Hashable, Sendable {
  /// Only those in which this user takes part.
  public var participant: UserID?
  public var type: ConversationType?

  public init(participant: UserID? = nil, type: ConversationType? = nil) {
    self.participant = participant
    self.type = type
  }
}
