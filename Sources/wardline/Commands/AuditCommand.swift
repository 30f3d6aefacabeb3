import ArgumentParser
import SQLiteRepository

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Check the record of every call.",
    subcommands: [AuditVerifyCommand.self]
  )
}

struct AuditVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compute the chain of the audit again, and name the first record that is not right.",
    discussion: """
      Reads only, and works beside a running server. Exits with 1 when a record was changed, removed, \
      inserted or moved. Keep the head that it prints somewhere else, and give it the next time: a \
      chain alone cannot show that its end was cut off.
      """
  )

  @Option(help: "The data folder of a server. (default: var)")
  var data: String?

  @Option(help: "A database file, such as a backup, instead of a data folder.")
  var file: String?

  @Option(
    help: ArgumentHelp(
      "The head that was printed before: that record must still be there.",
      valueName: "index:hash"
    )
  )
  var head: String?

  func validate() throws {
    if data != nil, file != nil {
      throw ValidationError("give either --data FOLDER or --file FILE")
    }
    if let head, AuditHead(head) == nil {
      throw ValidationError("--head is INDEX:HASH as this command prints it")
    }
  }

  func run() async throws {
    let verifier =
      file.map { AuditVerifier(path: $0) }
      ?? AuditVerifier(folder: data ?? ServerSettings.defaultDataFolder)
    let expected = head.flatMap { AuditHead($0) }
    let report: AuditReport
    do {
      report = try verifier.verify(expecting: expected.map { ($0.index, $0.hash) })
    } catch let error as AuditVerifier.Failure {
      Terminal.fail("\(error)")
      throw ExitCode.failure
    }
    let reached = AuditHead(index: report.count, hash: report.head)
    guard let fault = report.fault else {
      Terminal.print("\(report.count) records are as they were written")
      Terminal.print("head \(reached)")
      return
    }
    Terminal.print("\(report.count) records are as they were written, up to \(reached)")
    switch fault.kind {
    case .missing: Terminal.fail("record \(fault.index) is missing")
    case .altered:
      Terminal.fail("record \(fault.index) does not follow: it was changed, inserted or moved")
    }
    throw ExitCode.failure
  }
}
