import Foundation
import ServerProcess
import Testing

@Suite("The programs of examples/")
struct ExampleTests {
  /// A program, and what it says of itself in its message.
  enum Example: String, CaseIterable {
    case swift = "Swift"
    case go = "Go"
    case python = "Python"

    /// Where it talks to.
    func address(_ server: ServerProcess) throws -> String {
      let port = self == .python ? try #require(server.grpcPort) : server.port
      return "\(server.host):\(port)"
    }

    /// The program, and its first arguments.
    func command() async throws -> (executable: URL, arguments: [String]) {
      switch self {
      case .swift: return (try ServerExecutable.url("hello-example"), [])
      case .go: return (ExampleTests.path("examples/go/run.sh"), [])
      case .python:
        let script = ExampleTests.path("scripts/build-peers.sh")
        let peer = try await Command.run(script, ["grpcio"])
        let python = peer.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        try #require(peer.status == 0, "scripts/build-peers.sh grpcio says what is missing")
        return (URL(filePath: python), [ExampleTests.path("examples/python/hello.py").path])
      }
    }
  }

  fileprivate static func path(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: name)
  }

  @Test(
    "send one message however often they are run, and print the conversation",
    .timeLimit(.minutes(5)),
    arguments: Example.allCases
  )
  func run(_ example: Example) async throws {
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(
      data: folder.url,
      arguments: ["--grpc-listen", "127.0.0.1:0"]
    )
    let token = try await ServerProcess.token(of: "amara", data: folder.url)
    let (executable, arguments) = try await example.command()
    var surroundings = ProcessSurroundings()
    surroundings.environment = ProcessInfo.processInfo.environment
    surroundings.environment?["WARDLINE_TOKEN"] = token
    let result = try await Command.run(
      executable,
      arguments + [try example.address(server), "dr-lindqvist"],
      surroundings
    )
    #expect(result.status == 0)
    #expect(result.standardOutput.contains("amara: Hello from \(example.rawValue)\n"))
  }

  @Test("the curl example sends one message however often it is run", .timeLimit(.minutes(2)))
  func curl() async throws {
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(
      data: folder.url,
      arguments: ["--http-listen", "127.0.0.1:0"]
    )
    let port = try #require(server.httpPort)
    var surroundings = ProcessSurroundings()
    surroundings.environment = ProcessInfo.processInfo.environment
    surroundings.environment?["WARDLINE_TOKEN"] = try await ServerProcess.token(
      of: "amara",
      data: folder.url
    )
    let result = try await Command.run(
      Self.path("examples/curl/hello.sh"),
      ["http://\(server.host):\(port)", "dr-lindqvist"],
      surroundings
    )
    #expect(result.status == 0)
    #expect(result.standardOutput.contains(#""Content":"Hello from curl""#))
  }

  @Test("the storage example opens a folder of data without a server", .timeLimit(.minutes(2)))
  func storage() async throws {
    let folder = try TemporaryFolder()
    let server = try await ServerProcess(data: folder.url)
    #expect(await server.stop() == 0)
    let result = try await Command.run(
      ServerExecutable.url("storage-example"),
      [folder.url.path]
    )
    #expect(result.status == 0)
    #expect(result.standardOutput.contains("amara: "))
  }
}
