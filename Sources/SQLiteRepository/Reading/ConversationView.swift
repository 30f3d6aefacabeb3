import ChatModel

/// A conversation's participants, and what one of them may see of it.
struct ConversationView {
  /// All of them, who left too. Not for the viewer's eyes without `shownParticipants`.
  let members: [StoredParticipant]
  let visibility: MessageVisibility
  let viewer: UserID?
  private let showsOthers: Bool

  /// Nil if the viewer takes no part. Without a viewer all of it may be seen.
  init?(of conversation: Conversation, _ members: [StoredParticipant], for viewer: UserID?) {
    self.members = members
    self.viewer = viewer
    guard let viewer else {
      visibility = .everything
      showsOthers = true
      return
    }
    guard let visibility = MessageVisibility(of: viewer, in: conversation.history, members),
      let own = members.first(where: {
        $0.participant.isActive && $0.participant.userID == viewer
      })
    else { return nil }
    self.visibility = visibility
    let rules = ConversationRules.of(conversation.type)
    showsOthers = rules.showsParticipantsToAll || own.participant.role != .patient
  }

  /// Whom the viewer may know of: in a broadcast a patient knows of no other patient.
  var shownParticipants: [Participant] {
    let participants = members.map(\.participant)
    if showsOthers { return participants }
    return participants.filter { $0.role != .patient || $0.userID == viewer }
  }

  func shown(_ reactions: [Reaction]) -> [Reaction] {
    if showsOthers { return reactions }
    return reactions.map { reaction in
      Reaction(
        emoji: reaction.emoji,
        count: reaction.count,
        users: reaction.users.filter { $0 == viewer }
      )
    }
  }
}
