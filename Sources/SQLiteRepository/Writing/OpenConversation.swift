import ChatModel

/// A conversation as the running transaction knows it.
///
/// Numbers that every message changes are changed here and written once, at the end, however many
/// messages the transaction brings.
final class OpenConversation {
  var conversation: Conversation
  private(set) var members: [StoredParticipant]
  var isDirty = false
  private var dirtyMembers: Set<ParticipantID> = []
  /// Who sees an event that happens now.
  let audience: [UserID]

  init(_ conversation: Conversation, members: [StoredParticipant]) {
    self.conversation = conversation
    self.members = members
    self.audience = members.filter(\.participant.isActive).map(\.participant.userID)
  }

  /// Where the active participation of a user stands in `members`.
  func activeIndex(of user: UserID) -> Int? {
    members.firstIndex { $0.participant.isActive && $0.participant.userID == user }
  }

  func changeMember(at index: Int, _ change: (inout StoredParticipant) -> Void) {
    change(&members[index])
    dirtyMembers.insert(members[index].participant.id)
  }

  /// The members to write, which afterwards count as written.
  func takeDirtyMembers() -> [StoredParticipant] {
    defer { dirtyMembers = [] }
    return members.filter { dirtyMembers.contains($0.participant.id) }
  }
}
