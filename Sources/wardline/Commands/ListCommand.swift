import ArgumentParser
import TTRPC
import WardlineAPI

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List your conversations, or the messages of one."
  )

  @OptionGroup var connection: ConnectionOptions

  @Argument(help: "A conversation_id; without one the conversations are listed.")
  var conversation: String?

  @Option(help: "Show only messages before this sequence.")
  var before: Int64 = 0

  @Option(help: "How many rows at most.")
  var limit: Int32 = 50

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      if let conversation {
        let page = try await MessagesClient(channel).list(
          ListMessagesRequest(conversationID: conversation, before: before, limit: limit)
        )
        for message in page.messages { Terminal.print(Rendering.line(message)) }
      } else {
        let page = try await ConversationsClient(channel).list(
          ListConversationsRequest(limit: limit)
        )
        for conversation in page.conversations { Terminal.print(Rendering.line(conversation)) }
        Terminal.print("\(page.unreadTotal) unread")
      }
      await channel.close()
    }
  }
}
