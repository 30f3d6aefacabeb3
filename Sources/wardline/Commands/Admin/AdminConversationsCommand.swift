import ArgumentParser
import TTRPC
import WardlineAPI

struct AdminConversationsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conversations",
    abstract: "List all conversations, without anything that was said in them."
  )

  @OptionGroup var connection: ConnectionOptions

  @Option(help: "Only those in which this user takes part.")
  var participant: String = ""

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      var request = ListAllConversationsRequest(limit: 200, participantID: participant)
      repeat {
        let response = try await AdministrationClient(channel).listConversations(request)
        for overview in response.conversations { Terminal.print(Rendering.line(overview)) }
        request.page = response.nextPage
      } while !request.page.isEmpty
      await channel.close()
    }
  }
}
