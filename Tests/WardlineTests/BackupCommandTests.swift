import Foundation
import ServerProcess
import Testing

@Suite("wardline admin, backup and restore", .timeLimit(.minutes(2)))
struct BackupCommandTests {
  private func run(
    _ arguments: String...,
    in folder: TemporaryFolder
  ) async throws -> Program.Result {
    try await Program.run(arguments, in: folder)
  }

  @Test("a restored server shows the same messages, and old cursors are refused")
  func roundTrip() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let text = ["send", "--as", "amara", "--to", "dr-lindqvist", "--data", "data"]
    let sent = try await Program.run(text + ["kept"], in: folder)
    let conversation = try #require(sent.output.first?.prefix { $0 != "." })
    let made = try await run("backup", "--as", "clinic-admin", "--data", "data", in: folder)
    #expect(made.status == 0)
    let name = try #require(made.output.first?.split(separator: " ").first.map(String.init))
    _ = try await Program.run(text + ["later"], in: folder)
    let path = "data/backups/\(name)"

    let verified = try await run("restore", "--verify", path, in: folder)
    #expect(verified.status == 0)
    #expect(verified.output == ["\(name) is whole, up to event 3"])
    let used = try await run("restore", "--verify", path, "--data", "data", "--replace", in: folder)
    #expect(used.status == 1)
    #expect(used.errors.contains { $0.contains("a server is using data: stop it first") })

    let copied = try await run("restore", "--verify", path, "--data", "restored/", in: folder)
    #expect(copied.status == 0)
    let other = try await Program(
      ["serve", "--dev", "--data", "restored", "--listen", "127.0.0.1:0"],
      in: folder
    )
    defer { other.signal(SIGKILL) }
    _ = await other.line { $0.hasPrefix("wardline listening on ") }
    let listed = try await run(
      "list",
      "--as",
      "dr-lindqvist",
      "--data",
      "restored",
      String(conversation),
      in: folder
    )
    #expect(listed.output.count == 1)
    #expect(listed.output.first?.hasSuffix("kept") == true)
  }

  @Test("a damaged backup is refused, and nothing is made of it")
  func damaged() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let made = try await run(
      "admin",
      "backup",
      "--as",
      "clinic-admin",
      "--data",
      "data",
      in: folder
    )
    let name = try #require(made.output.first?.split(separator: " ").first.map(String.init))
    let path = "data/backups/\(name)"
    let database = URL(filePath: folder.path(path + "/wardline.sqlite"))
    var bytes = try Data(contentsOf: database)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: database)
    let refused = try await run("restore", "--verify", path, "--data", "restored", in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains { $0.contains("the backup is damaged") })
    #expect(!FileManager.default.fileExists(atPath: folder.path("restored")))
    let nothing = try await run("restore", path, in: folder)
    #expect(nothing.status == 64)
  }

  @Test("admin lists, changes and deactivates users, and shows conversations and numbers")
  func admin() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let who = ["--as", "clinic-admin", "--data", "data"]
    let put = try await Program.run(
      ["admin", "users", "put", "nina", "--display-name", "Nina Roy", "--role", "nurse"] + who,
      in: folder
    )
    #expect(put.output == ["nina  nurse  active  Nina Roy"])
    let gone = try await Program.run(["admin", "users", "deactivate", "nina"] + who, in: folder)
    #expect(gone.output == ["nina  nurse  deactivated  Nina Roy"])
    let nurses = try await Program.run(
      ["admin", "users", "list", "--role", "nurse"] + who,
      in: folder
    )
    #expect(nurses.output == gone.output)
    let sent = try await run(
      "send",
      "--as",
      "amara",
      "--to",
      "dr-haddad",
      "--data",
      "data",
      "hidden",
      in: folder
    )
    let conversation = try #require(sent.output.first?.prefix { $0 != "." })
    let listed = try await Program.run(["admin", "conversations"] + who, in: folder)
    #expect(listed.output == ["\(conversation)  direct  open  1 messages  amara, dr-haddad"])
    let numbers = try await Program.run(["admin", "statistics"] + who, in: folder)
    #expect(numbers.output.contains("messages  1"))
    #expect(numbers.output.contains("users  nurse  1, 0 of them active"))
    let refused = try await run(
      "admin",
      "statistics",
      "--as",
      "amara",
      "--data",
      "data",
      in: folder
    )
    #expect(refused.status == 1)
  }
}
