import ChatModel

/// A conversation as the running transaction knows it.
///
/// Numbers that every message changes are changed here and written once, at the end, however many
/// messages the transaction brings.
final class OpenConversation {
  var conversation: Conversation
  private(set) var members: [StoredParticipant]
  var isDirty = false
  /// Whether it is among those of which something is written at the end.
  var isPutOff = false
  private var dirtyMembers: Set<ParticipantID> = []
  /// Who sees an event that happens now.
  private(set) var audience: [UserID]

  init(_ conversation: Conversation, members: [StoredParticipant]) {
    self.conversation = conversation
    self.members = members
    self.audience = Self.audience(of: members)
  }

  private static func audience(of members: [StoredParticipant]) -> [UserID] {
    members.filter(\.participant.isActive).map(\.participant.userID)
  }

  var rules: ConversationRules { ConversationRules.of(conversation.type) }

  /// Where the active participation of a user stands in `members`.
  func activeIndex(of user: UserID) -> Int? {
    members.firstIndex { $0.participant.isActive && $0.participant.userID == user }
  }

  /// The active participation of a user.
  func participant(_ user: UserID) -> Participant? {
    activeIndex(of: user).map { members[$0].participant }
  }

  /// Whether a participation is one of a user's periods in the conversation.
  func isParticipation(_ id: ParticipantID, of user: UserID) -> Bool {
    members.contains { $0.participant.id == id && $0.participant.userID == user }
  }

  /// Who learns what a participant does, beside him: nil means all participants. In a broadcast
  /// patients learn nothing of each other.
  func witnesses(of user: UserID) -> [UserID]? {
    if rules.showsParticipantsToAll { return nil }
    return members.map(\.participant)
      .filter { $0.isActive && ($0.role != .patient || $0.userID == user) }.map(\.userID)
  }

  /// Who can be mentioned: those who take part, as far as all may know of them.
  var mentionable: [UserID] {
    rules.showsParticipantsToAll
      ? audience : shownToAll.filter(\.isActive).map(\.userID)
  }

  /// The participants whom all may know of.
  var shownToAll: [Participant] {
    let participants = members.map(\.participant)
    return rules.showsParticipantsToAll ? participants : participants.filter { $0.role != .patient }
  }

  /// Which messages a user may see; nil if he takes no part.
  func visibility(for user: UserID) -> MessageVisibility? {
    MessageVisibility(of: user, in: conversation.history, members)
  }

  /// Changes what is written at the end: watermarks and counts.
  func changeMember(at index: Int, _ change: (inout StoredParticipant) -> Void) {
    change(&members[index])
    dirtyMembers.insert(members[index].participant.id)
  }

  /// Takes over a participation as it was just written.
  func put(_ member: StoredParticipant) {
    if let index = members.firstIndex(where: { $0.participant.id == member.participant.id }) {
      members[index] = member
    } else {
      members.append(member)
    }
    audience = Self.audience(of: members)
  }

  /// The members to write, which afterwards count as written.
  func takeDirtyMembers() -> [StoredParticipant] {
    defer { dirtyMembers = [] }
    return members.filter { dirtyMembers.contains($0.participant.id) }
  }
}
