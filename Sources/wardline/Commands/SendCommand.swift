import ArgumentParser
import Foundation
import TTRPC
import WardlineAPI

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send one message.",
    discussion: "Prints the message_id once the server has the message on disk."
  )

  @OptionGroup var connection: ConnectionOptions

  @Option(name: .customLong("to"), help: "The user_id of the recipient.")
  var recipient: String?

  @Option(help: "The conversation_id, instead of --to.")
  var conversation: String?

  @Option(help: "Makes a repeated send harmless. (default: a new key)")
  var key: String = UUID().uuidString

  @Argument(help: "The text.")
  var text: String

  func validate() throws {
    if (recipient == nil) == (conversation == nil) {
      throw ValidationError("give either --to USER or --conversation ID")
    }
  }

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      let to: SendMessageRequest.To =
        if let conversation { .conversationID(conversation) } else { .recipientID(recipient ?? "") }
      let sent = try await MessagesClient(channel).send(
        SendMessageRequest(to: to, content: text, idempotencyKey: key)
      )
      Terminal.print(sent.messageID)
      await channel.close()
    }
  }
}
