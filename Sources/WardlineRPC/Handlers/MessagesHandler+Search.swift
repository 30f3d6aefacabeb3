import ChatModel
import ChatRepository
import ChatService
import RPC
import WardlineAPI

extension MessagesHandler {
  var search: UnaryHandler<SearchMessagesRequest, SearchMessagesResponse> {
    .async { request, context in
      let caller = try context.principal()
      let search = try MessageSearch(request)
      let page = try await translated { () throws(ChatError) in
        try await messages.search(search, caller)
      }
      return SearchMessagesResponse(
        hits: page.items.map { .init($0) },
        nextPage: page.hasMore ? String(search.offset + page.items.count) : ""
      )
    }
  }
}

extension MessageSearch {
  fileprivate init(_ request: SearchMessagesRequest) throws(RPCError) {
    let attachments: Bool? =
      switch request.attachments {
      case .unspecified: nil
      case .with: true
      case .without: false
      case .unrecognized(let number):
        throw .invalid("attachments", "\(number) is not a filter of attachments")
      }
    self.init(
      text: request.query,
      conversation: request.conversationID.isEmpty
        ? nil : try ConversationID(field: "conversation_id", request.conversationID),
      sender: request.senderUserID.isEmpty
        ? nil : try UserID(field: "sender_user_id", request.senderUserID),
      since: try Timestamp(field: "since_ms", request.sinceMs),
      until: try Timestamp(field: "until_ms", request.untilMs),
      hasAttachment: attachments,
      offset: try Self.offset(request.page),
      limit: try pageLimit(request.limit, standard: 20, most: 100)
    )
  }

  private static func offset(_ page: String) throws(RPCError) -> Int {
    if page.isEmpty { return 0 }
    guard let offset = Int(page), (1...1_000_000).contains(offset) else {
      throw .invalid("page", "must be what the page before names as the next")
    }
    return offset
  }
}

extension WardlineAPI.MessageHit {
  fileprivate init(_ hit: FoundMessage) {
    self.init(
      message: .init(hit.message),
      snippet: hit.snippet.text,
      highlights: hit.snippet.highlights.map {
        Highlight(start: Int32(clamping: $0.lowerBound), length: Int32(clamping: $0.count))
      },
      score: hit.score
    )
  }
}
