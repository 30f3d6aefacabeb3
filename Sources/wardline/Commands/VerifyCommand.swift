import ArgumentParser
import SQLiteRepository

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Look at everything in a database, and name the messages that are damaged.",
    discussion: """
      Has SQLite check the structure, and computes the checksum of every message and of every earlier \
      version again. Reads only, and works beside a running server. Exits with 1 when anything is not \
      as it was written. The audit has its own check: wardline audit verify.
      """
  )

  @Option(help: "The data folder of a server. (default: var)")
  var data: String?

  @Option(help: "A database file, such as a backup, instead of a data folder.")
  var file: String?

  func validate() throws {
    if data != nil, file != nil {
      throw ValidationError("give either --data FOLDER or --file FILE")
    }
  }

  func run() async throws {
    let verifier =
      file.map { DatabaseVerifier(path: $0) }
      ?? DatabaseVerifier(folder: data ?? ServerSettings.defaultDataFolder)
    let report: DatabaseReport
    do {
      report = try verifier.verify()
    } catch let error as RepositoryOpenError {
      Terminal.fail(error.description)
      throw ExitCode.failure
    }
    for row in report.damaged { Terminal.fail(row.description) }
    for line in report.structure { Terminal.fail("SQLite: \(line)") }
    guard report.isSound else { throw ExitCode.failure }
    Terminal.print(
      "\(report.messageCount) messages and \(report.versionCount) earlier versions are as they were "
        + "written"
    )
  }
}
