import ArgumentParser

/// What those do who run the server: through the server, with a token, so that each act is somebody's.
struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin",
    abstract: "Administer a running server.",
    discussion: "Needs the token of an admin: --as clinic-admin for a --dev server.",
    subcommands: [
      AdminUsersCommand.self, AdminConversationsCommand.self, AdminStatisticsCommand.self,
      BackupCommand.self,
    ]
  )
}
