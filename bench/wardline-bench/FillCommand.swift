import ArgumentParser
import ChatModel
@preconcurrency import Foundation
import LoadGeneration
import SQLiteRepository

/// Makes a data folder with a past, and lists of what load generators need to know of it.
struct FillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fill",
    abstract: "Make a data folder with conversations and messages.",
    discussion: """
      FOLDER/data is for `chat-server --data`. FOLDER/conversations names the conversations of \
      the measured user, a line each, the large one first; FOLDER/texts holds texts to be sent, \
      FOLDER/queries three words of a message in each line.
      """
  )

  @Argument(help: "The folder to make.")
  var folder: String
  @Option(help: "Conversations in all, each of two users.")
  var conversations = 1
  @Option(help: "Those of the measured user; all without it.")
  var own: Int?
  @Option(help: "Messages in the first conversation.")
  var large = 0
  @Option(help: "Messages in all others together.")
  var spread = 0

  private static let staffCount = 1_000
  private static let listed = 4_096

  func run() async throws {
    guard conversations > 0, spread == 0 || conversations > 1 else {
      throw ValidationError("messages need conversations")
    }
    let folder = URL(filePath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var configuration = SQLiteConfiguration(folder: folder.appending(path: "data").path)
    configuration.batchWritesMax = 8_192
    configuration.writerCacheKiB = 256 * 1_024
    let repository = try SQLiteRepository(configuration)
    let filling = ChatFilling(repository: repository, texts: ZipfTexts())
    var places = try Self.places(conversations, own: own ?? conversations)
    try await filling.putUsers(Array(Set(places.flatMap { [$0.one, $0.other] })))
    try await filling.create(&places)
    try await filling.send(large + spread, to: places) {
      [large, spread, others = places.count - 1] number in
      let all = large + spread
      // Evenly among those of the large one, and in an order that looks like chance.
      let before = number * spread / max(all, 1)
      guard (number + 1) * spread / all > before else { return 0 }
      return 1 + Int(ZipfTexts.mix(UInt64(before)) % UInt64(others))
    }
    await repository.close()
    try write(places, filling.texts, to: folder)
  }

  private static func places(_ count: Int, own: Int) throws -> [ChatFilling.Place] {
    try (0..<count).map { number in
      let isOwn = number < own
      let patient = isOwn ? ChatBench.sender : "patient-\(number)"
      let staff = isOwn ? "dietitian-\(number)" : "dietitian-\(number % staffCount)"
      guard let one = UserID(patient),
        let other = UserID(number == 0 ? ChatBench.recipient : staff)
      else { throw LoadError("no name") }
      return ChatFilling.Place(one: one, other: other)
    }
  }

  private func write(
    _ places: [ChatFilling.Place],
    _ texts: ZipfTexts,
    to folder: URL
  ) throws {
    func list(_ name: String, _ lines: [String]) throws {
      let text = lines.joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    let own = places.prefix(own ?? conversations)
    try list("conversations", own.compactMap { $0.conversation?.description })
    try list("texts", (0..<Self.listed).map { texts.text(-1 - $0) })
    let queries = (0..<Self.listed).map { number -> String in
      // Every text has five words at least.
      let chosen = Int(ZipfTexts.mix(UInt64(number)) % UInt64(max(large + spread, 1)))
      return texts.words(of: chosen).prefix(3).joined(separator: " ")
    }
    try list("queries", queries)
  }
}
