import AttachmentStorage
import ChatService
import Foundation
import ServerProcess
import Testing

@Suite("A program that scans")
struct CommandScannerTests {
  @Test("the exit code is the verdict, and the file is the last argument")
  func verdicts() async throws {
    let shelf = try Shelf()
    let command = [try shelf.script(#"test "$1" = --deep && grep -q good "$2""#), "--deep"]
    let scanner = CommandScanner(command: command)
    let good = shelf.folder.url.appending(path: "a good file")
    let bad = shelf.folder.url.appending(path: "bad")
    try Data("good".utf8).write(to: good)
    try Data("evil".utf8).write(to: bad)
    #expect(try await scanner.scan(good.path) == .clean)
    #expect(try await scanner.scan(bad.path) == .rejected)
  }

  @Test("any other end is no verdict", arguments: ["exit 2", "exit 127", "kill -9 $$"])
  func noVerdict(_ text: String) async throws {
    let shelf = try Shelf()
    let scanner = CommandScanner(command: [try shelf.script(text)])
    await #expect(throws: InspectionFailure.self) { try await scanner.scan("file") }
  }

  @Test("a program that is not there is no verdict")
  func missing() async throws {
    let scanner = CommandScanner(command: ["/nowhere/scanner"])
    await #expect(throws: InspectionFailure("the program does not start")) {
      try await scanner.scan("file")
    }
  }

  @Test("a program that takes too long is killed")
  func tooLong() async throws {
    let shelf = try Shelf()
    let started = shelf.folder.url.appending(path: "pid")
    let text = "echo $$ > \(started.path); exec tail -f /dev/null"
    let scanner = CommandScanner(
      command: [try shelf.script(text)],
      timeout: .milliseconds(300)
    )
    await #expect(throws: InspectionFailure.self) { try await scanner.scan("file") }
    guard let pid = try? String(contentsOf: started, encoding: .utf8) else { return }
    let number = try #require(Int32(pid.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(number, 0) != 0, "it is still there")
  }

  @Test("it sees nothing of the server's surroundings")
  func surroundings() async throws {
    let shelf = try Shelf()
    let scanner = CommandScanner(command: [try shelf.script(#"test -z "$HOME$USER$TMPDIR""#)])
    #expect(try await scanner.scan("file") == .clean)
  }
}
