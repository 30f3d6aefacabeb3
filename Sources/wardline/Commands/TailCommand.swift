import ArgumentParser
import ProtobufC
import RPC
import TTRPC
import WardlineAPI
import WardlineClient

struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Follow what happens, one line for each event.",
    discussion: """
      Begins with what happens from now on, or where --cursor, --cursor-file or --from-start says. \
      When the connection is lost it connects anew and goes on after the last line printed; what it \
      says about that goes to standard error. Ends when the token does.

        wardline tail --as amara --from-start
        wardline tail --as amara --json --cursor-file amara.cursor >> events.jsonl
      """
  )

  @OptionGroup var connection: ConnectionOptions

  @Option(help: "Begin after this cursor, which --json prints.")
  var cursor: String?

  @Flag(help: "Begin with the first event that you may see.")
  var fromStart = false

  @Option(
    help: """
      Begin after the cursor in this file, if it is there, and keep the file up to date. A line \
      that was printed as the program was killed may come again in the next run; none is missed.
      """
  )
  var cursorFile: String?

  @Flag(help: "Print each event as a JSON object with its cursor.")
  var json = false

  func validate() throws {
    if cursor != nil && fromStart {
      throw ValidationError("give either --cursor or --from-start")
    }
  }

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      // A server that is not there at the first attempt is more likely a wrong address.
      try await channel.connect()
      try await follow(channel)
    }
  }

  private func start() throws -> SubscriptionStart {
    if let cursor { return .after(cursor: cursor) }
    if let cursorFile, let cursor = try CursorFile(path: cursorFile).read() {
      return .after(cursor: cursor)
    }
    return fromStart ? .firstEvent : .now
  }

  private func follow(_ channel: ClientChannel) async throws {
    let file = cursorFile.map { CursorFile(path: $0) }
    var saved = ""
    var isLost = false
    for try await update in EventSubscription(over: channel, from: try start()) {
      switch update.change {
      case .event(let event): Terminal.print(try line(event, update.cursor))
      case .lost(let error, _):
        if !isLost { Terminal.fail("\(error.message); trying again") }
        isLost = true
      case .connected:
        if isLost { Terminal.fail("connected again") }
        isLost = false
      case .caughtUp, .passed, .typing, .presence: break
      }
      if let file, update.cursor != saved {
        try file.write(update.cursor)
        saved = update.cursor
      }
    }
  }

  private func line(_ event: Event, _ cursor: String) throws -> String {
    if !json { return Rendering.line(event) }
    return try SubscribeResponse(cursor: cursor, body: .event(event)).jsonString()
  }
}
