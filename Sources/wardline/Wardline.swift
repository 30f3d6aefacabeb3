import ArgumentParser

/// The chat server and what one needs to talk to it from a terminal.
@main
struct Wardline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wardline",
    abstract: "A chat server for care teams and their patients.",
    discussion: """
      Start a server with a sample clinic, then talk from two other terminals:

        wardline serve --dev
        wardline chat --as amara --with dr-lindqvist
        wardline chat --as dr-lindqvist --with amara
      """,
    version: "0.1.0",
    subcommands: [
      ServeCommand.self, TokenCommand.self, ChatCommand.self, SendCommand.self, ListCommand.self,
      TailCommand.self, CallCommand.self, ListServicesCommand.self, BenchCommand.self,
      DemoCommand.self, AuditCommand.self, AdminCommand.self, BackupCommand.self,
      RestoreCommand.self, VerifyCommand.self,
    ]
  )
}
