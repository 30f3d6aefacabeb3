import ChatModel
import ChatService
import WardlineAPI

extension WardlineAPI.PresenceStatus {
  init(_ status: ChatModel.PresenceStatus) {
    self =
      switch status {
      case .available: .available
      case .away: .away
      case .doNotDisturb: .doNotDisturb
      case .outOfOffice: .outOfOffice
      }
  }
}

extension UserPresence {
  init(_ presence: ChatModel.Presence) {
    self.init(
      userID: presence.userID.rawValue,
      online: presence.isOnline,
      status: .init(presence.note.status),
      statusText: presence.note.text,
      statusEndsAtMs: presence.note.endsAt?.milliseconds ?? 0,
      lastSeenAtMs: presence.lastSeenAt?.milliseconds ?? 0
    )
  }
}

extension SubscribeResponse.Body {
  init(_ ephemeral: Ephemeral) {
    switch ephemeral {
    case .typing(let user, let conversation, let isTyping):
      self = .typing(
        TypingChanged(
          conversationID: conversation.description,
          userID: user.rawValue,
          typing: isTyping
        )
      )
    case .presence(let presences, let isIncomplete):
      self = .presence(
        PresenceChanged(presences: presences.map { .init($0) }, incomplete: isIncomplete)
      )
    }
  }
}
