import ArgumentParser
import Foundation
import RPC
import TTRPC
import WardlineAPI
import WardlineClient

struct ChatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talk with somebody in this terminal.",
    discussion: """
      Shows the last messages and whatever comes while you type. Your messages are marked ✓ once \
      they are stored, ✓✓ once they have reached the other side and "✓✓ read" once they are read. \
      Lines typed while the connection is lost are kept and sent when it is back.

      Keys: Enter sends, Ctrl-U clears, Ctrl-W deletes a word, /quit or Ctrl-D leaves when \
      everything is sent, Ctrl-C leaves at once. With its input from a pipe it sends line by line.

        wardline chat --as amara --with dr-lindqvist
        echo 'I am here' | wardline chat --as amara --with dr-lindqvist
      """
  )

  @OptionGroup var connection: ConnectionOptions

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp("The user_id of the other side.", valueName: "user-id")
  )
  var other: String

  func run() async throws {
    try await reportingErrors {
      let channel = connection.channel
      let state = try await open(channel)
      let raw = Self.isInteractive ? RawTerminal() : nil
      let end = await ChatSession(over: channel, view: raw == nil ? .lines : .screen).run(state)
      raw?.restore()
      try report(end)
      await channel.close()
    }
  }

  private static var isInteractive: Bool {
    let term = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return Terminal.isInputTerminal && Terminal.isOutputTerminal && !term.isEmpty && term != "dumb"
  }

  /// Finds the conversation of the two, or makes it, before anything is drawn: what is wrong with
  /// a name or a token is said in plain words.
  private func open(_ channel: ClientChannel) async throws -> ChatState {
    let me = try await SessionClient(channel).whoAmI(WhoAmIRequest()).principal?.userID ?? ""
    if me == other { throw SettingError("--with takes somebody else: you are \(me)") }
    let answer = try await ConversationsClient(channel).create(
      CreateConversationRequest(userID: me, memberID: other)
    )
    let conversation = answer.conversation ?? Conversation()
    let name = conversation.participants.first { $0.userID == other }?.displayName ?? other
    return ChatState(
      me: me,
      conversationID: conversation.conversationID,
      otherName: name,
      makeKey: { UUID().uuidString }
    )
  }

  private func report(_ state: ChatState) throws {
    if !state.outgoing.isEmpty {
      Terminal.fail("the server has not confirmed these lines; they may not have been sent:")
      for line in state.outgoing.lines { Terminal.fail("  \(Rendering.plain(line.text))") }
    }
    if let failure = state.failure { throw failure }
    if !state.outgoing.isEmpty { throw ExitCode(2) }
  }
}
