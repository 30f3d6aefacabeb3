import ArgumentParser
import TTRPC
import WardlineAPI

struct AdminStatisticsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statistics",
    abstract: "Show how much there is of everything."
  )

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      let found = try await AdministrationClient(channel).statistics(StatisticsRequest())
      for line in Rendering.lines(found) { Terminal.print(line) }
      await channel.close()
    }
  }
}
