import ArgumentParser
import Foundation
import RPC
import TTRPC
import WardlineAPI

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Have a running server make a backup.",
    discussion: """
      The server copies the state of one moment into its backup folder, without stopping, verifies \
      the copy, and only then is this answered. Needs the token of an admin or a service. \
      wardline restore puts a backup into place.
      """
  )

  @Option(help: "Makes a repeated backup harmless. (default: a new key)")
  var key: String = UUID().uuidString

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      // Not repeated by itself: the first attempt may still be at work.
      let options = CallOptions(timeout: .seconds(10 * 60), mayRepeat: false)
      let made = try await AdministrationClient(channel).backup(
        BackupRequest(idempotencyKey: key),
        options: options
      )
      Terminal.print(
        "\(made.name)  \(made.files) files  \(made.bytes) bytes  up to event \(made.position)"
      )
      await channel.close()
    }
  }
}
