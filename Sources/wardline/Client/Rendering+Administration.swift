import WardlineAPI

extension Rendering {
  static func line(_ user: User) -> String {
    "\(user.userID)  \(RoleName.word(user.role))  \(user.isActive ? "active" : "deactivated")  "
      + plain(user.displayName)
  }

  static func line(_ overview: ConversationOverview) -> String {
    let conversation = overview.conversation ?? Conversation()
    let others = Int(overview.participantCount) - overview.participantIDs.count
    let people =
      overview.participantIDs.joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
    return "\(conversation.conversationID)  \(word(conversation.type))  "
      + "\(conversation.isActive ? "open" : "closed")  \(conversation.lastSequence) messages  \(people)"
  }

  static func lines(_ found: StatisticsResponse) -> [String] {
    let users = found.users.map {
      "users  \(RoleName.word($0.role))  \($0.total), \($0.active) of them active"
    }
    let conversations = found.conversations.map {
      "conversations  \(word($0.type))  \($0.total), \($0.active) of them open"
    }
    return users + conversations + [
      "messages  \(found.messages)",
      "events  \(found.events)",
      "assignments  \(found.assignments)",
      "subscriptions  \(found.subscriptions)",
      "database  \(found.databaseBytes) bytes",
      "write-ahead log  \(found.writeAheadLogBytes) bytes",
    ]
  }

  private static func word(_ type: ConversationType) -> String {
    switch type {
    case .direct: "direct"
    case .group: "group"
    case .support: "support"
    case .broadcast: "broadcast"
    case .unspecified, .unrecognized: "unknown"
    }
  }
}
