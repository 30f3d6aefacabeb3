import ArgumentParser

/// Measures Wardline on this machine and prints what it found.
@main
struct WardlineBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wardline-bench",
    abstract: "Measure calls and durable sends per second.",
    subcommands: [
      RunCommand.self, SlowReadersCommand.self, EchoServerCommand.self, ChatServerCommand.self,
      HTTPServerCommand.self, FillCommand.self,
    ],
    defaultSubcommand: RunCommand.self
  )
}
