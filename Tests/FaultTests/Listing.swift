import TTRPC
import WardlineAPI

/// What a server holds, as somebody is shown it.
enum Listing {
  /// Every message of every conversation of the connection's user, in the order of the listing.
  static func all(_ connection: ClientConnection) async throws -> [String: [History.Message]] {
    var found: [String: [History.Message]] = [:]
    var page = ""
    repeat {
      let answer = try await ConversationsClient(connection).list(
        ListConversationsRequest(limit: 100, page: page)
      )
      for conversation in answer.conversations {
        let id = conversation.conversationID
        found[id] = try await messages(of: id, connection)
      }
      page = answer.nextPage
    } while !page.isEmpty
    return found
  }

  private static func messages(
    of conversation: String,
    _ connection: ClientConnection
  ) async throws -> [History.Message] {
    var found: [History.Message] = []
    var hasMore = true
    while hasMore {
      let after = found.last?.sequence ?? 0
      let answer = try await MessagesClient(connection).list(
        ListMessagesRequest(
          conversationID: conversation,
          after: after,
          limit: 200,
          fromStart: after == 0
        )
      )
      found += answer.messages.map {
        .init(conversation: $0.conversationID, sequence: $0.sequence, content: $0.content)
      }
      hasMore = answer.hasMore
    }
    return found
  }
}
