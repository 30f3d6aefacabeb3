import ArgumentParser
import Foundation
import TTRPC
import WardlineAPI

struct AdminUsersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "users",
    abstract: "List, create, change and deactivate users.",
    subcommands: [List.self, Put.self, Deactivate.self]
  )

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List all users, those who were deactivated too."
    )

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Only users of this role.")
    var role: RoleName?

    func run() async throws {
      try await reportingErrors {
        let channel = connection.channel
        var request = ListEverybodyRequest(limit: 200, role: role?.role ?? .unspecified)
        repeat {
          let response = try await AdministrationClient(channel).listUsers(request)
          for user in response.users { Terminal.print(Rendering.line(user)) }
          request.page = response.nextPage
        } while !request.page.isEmpty
        await channel.close()
      }
    }
  }

  struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a user, or change the name and role of one.",
      discussion: "A user who was deactivated becomes active again."
    )

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user_id, which the tokens of the user name as their subject.")
    var user: String

    @Option(help: "The name under which the user is shown.")
    var displayName: String

    @Option(help: ArgumentHelp("What the user is.", valueName: "role"))
    var role: RoleName

    func run() async throws {
      try await reportingErrors {
        let channel = connection.channel
        let request = PutUserRequest(
          userID: user,
          displayName: displayName,
          role: role.role,
          idempotencyKey: UUID().uuidString
        )
        if let user = try await UsersClient(channel).put(request).user {
          Terminal.print(Rendering.line(user))
        }
        await channel.close()
      }
    }
  }

  struct Deactivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deactivate a user.",
      discussion: """
        Calls of the user are refused from then on, subscriptions end, and nobody is in the user's \
        care any more. What the user wrote stays, under the name "Former user".
        """
    )

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user_id.")
    var user: String

    func run() async throws {
      try await reportingErrors {
        let channel = connection.channel
        let users = UsersClient(channel)
        let present = try await users.get(GetUserRequest(userID: user)).user ?? User()
        let request = PutUserRequest(
          userID: user,
          displayName: present.displayName,
          role: present.role,
          deactivated: true,
          idempotencyKey: UUID().uuidString
        )
        if let user = try await users.put(request).user { Terminal.print(Rendering.line(user)) }
        await channel.close()
      }
    }
  }
}
