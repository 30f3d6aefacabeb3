import ArgumentParser

struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tail")
}
