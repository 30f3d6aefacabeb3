import ChatModel
import ChatService
import RPC
import WardlineAPI

extension Presences {
  /// Adds to conversations how those of their participants can be reached whom the caller may know
  /// that of.
  func show(
    in conversations: inout [WardlineAPI.Conversation],
    _ caller: ChatService.Principal
  ) async throws(RPCError) {
    var users: Set<UserID> = []
    for conversation in conversations where conversation.isActive {
      for participant in conversation.participants where participant.isActive {
        if users.count < Self.shownMax, let user = UserID(participant.userID) { users.insert(user) }
      }
    }
    let asked = Array(users)
    let presences = try await translated { () throws(ChatError) in try await get(asked, caller) }
    for index in conversations.indices where conversations[index].isActive {
      for place in conversations[index].participants.indices {
        let participant = conversations[index].participants[place]
        guard participant.isActive, let user = UserID(participant.userID) else { continue }
        conversations[index].participants[place].presence = presences[user].map { .init($0) }
      }
    }
  }

  /// Users whose presence is shown in one answer.
  private static let shownMax = 1_000
}
