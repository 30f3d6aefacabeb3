import ArgumentParser
import ChatModel
import ChatRepository
import SQLiteRepository

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Verify a backup, and put it into the place of a data folder.",
    discussion: """
      The backup is verified before it is copied and the copy after that: the SHA-256 of every file, \
      SQLite's integrity check, references between rows, and the numbers that the manifest has. Only \
      then is the copy moved into place. A folder that a server uses is never touched, one that is \
      not empty only with --replace, which puts it aside.

        wardline restore --verify var/backups/wardline-20260921T120000Z
        wardline restore --verify var/backups/wardline-20260921T120000Z --data restored
      """
  )

  @Flag(help: "Without --data: verify the backup and do nothing else. With it this is always done.")
  var verify = false

  @Option(help: "The data folder to restore to.")
  var data: String?

  @Flag(help: "Put what the data folder holds aside, under another name.")
  var replace = false

  @Flag(
    help: """
      Keep the name of the log, so that clients go on from the cursors they have. Only when nothing \
      was written after the backup was made: they would miss what comes under the same positions.
      """
  )
  var keepCursors = false

  @Argument(help: "The folder of the backup.")
  var backup: String

  func validate() throws {
    if data == nil, !verify {
      throw ValidationError(
        "give --data FOLDER to restore to, or --verify to look at the backup only"
      )
    }
  }

  func run() throws {
    do {
      if let data { try restore(to: data) } else { try look() }
    } catch let error as BackupError {
      Terminal.fail(error.description)
      throw ExitCode.failure
    } catch let error as RepositoryOpenError {
      Terminal.fail(error.description)
      throw ExitCode.failure
    }
  }

  private func look() throws {
    let report = try Backup(folder: backup).verify()
    Terminal.print("\(report.name) is whole, up to event \(report.head.position)")
  }

  private func restore(to data: String) throws {
    let restored = try Backup(folder: backup).restore(
      to: data,
      replacing: replace,
      log: keepCursors ? .kept : .new(.random(in: 1...UInt32.max))
    )
    if let putAside = restored.putAside { Terminal.print("what was there is in \(putAside)") }
    Terminal.print(
      "\(restored.report.name) is in \(data), up to event \(restored.report.head.position)"
    )
  }
}
