import ChatModel
import ChatRepository
import WardlineAPI

extension StatisticsResponse {
  init(_ storage: StorageStatistics, subscriptions: Int) {
    self.init(
      users: storage.users.map {
        RoleCount(role: .init($0.kind), total: Int64($0.total), active: Int64($0.active))
      },
      conversations: storage.conversations.map {
        ConversationTypeCount(
          type: .init($0.kind),
          total: Int64($0.total),
          active: Int64($0.active)
        )
      },
      messages: storage.messageCount,
      events: storage.head.position.rawValue,
      subscriptions: Int64(subscriptions),
      assignments: Int64(storage.assignmentCount),
      databaseBytes: storage.databaseBytes,
      writeAheadLogBytes: storage.writeAheadLogBytes
    )
  }
}

extension WardlineAPI.ConversationOverview {
  init(_ overview: AdministeredConversation) {
    self.init(
      conversation: .init(overview.conversation, participants: []),
      participantCount: Int64(overview.participantCount),
      participantIDs: overview.users.map(\.rawValue)
    )
  }
}
