import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Print a token for somebody of the sample clinic.",
    discussion: "Works beside a server that was started with --dev on the same data folder."
  )

  @Argument(
    help: "amara, noah, dr-lindqvist, dr-haddad, mei-tanaka, clinic-admin or clinic-portal."
  )
  var name: String

  @Option(help: "The data folder of the server. (default: var)")
  var data: String = ServerSettings.defaultDataFolder

  @Option(help: "For how many seconds the token is valid.")
  var lifetime: Int64 = 12 * 60 * 60

  @Option(
    help: "What clinic-portal, a service, may do in the names of users, such as \"act:*\"."
  )
  var scope: String?

  func run() async throws {
    try await reportingErrors {
      Terminal.print(
        try await DevelopmentTokens.token(
          for: name,
          data: data,
          scope: scope,
          lifetimeSeconds: lifetime
        )
      )
    }
  }
}
