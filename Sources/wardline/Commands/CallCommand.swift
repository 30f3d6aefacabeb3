import ArgumentParser

struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "call")
}
