import Foundation
import ServerProcess
import Testing

@Suite("A program of the tests", .timeLimit(.minutes(2)))
struct ChildProcessTests {
  private func shell(
    _ script: String,
    _ surroundings: ProcessSurroundings = ProcessSurroundings()
  ) async throws -> ChildProcess {
    try await ChildProcess(URL(filePath: "/bin/sh"), ["-c", script], surroundings)
  }

  @Test("is heard line by line while it runs, and answers what is typed")
  func lines() async throws {
    var surroundings = ProcessSurroundings()
    surroundings.hasInput = true
    let program = try await shell(
      "echo ready; while read -r line; do echo \"<$line>\"; done; printf 'no end of line'",
      surroundings
    )
    #expect(await program.wait { $0.output == "ready\n" }.exitCode == nil)
    try await program.type("één")
    #expect(await program.wait { $0.output == "ready\n<één>\n" }.exitCode == nil)
    try await program.closeInput()
    #expect(await program.waitForExit() == 0)
    #expect(await program.wait { _ in true }.output == "ready\n<één>\nno end of line\n")
  }

  @Test("is heard to the end, however much it says and however soon it ends")
  func all() async throws {
    let program = try await shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")
    let end = await program.wait { _ in false }
    #expect(end.exitCode == 0)
    #expect(end.output.split(separator: "\n").count == 20_000)
    #expect(end.output.hasSuffix("line 19999\n"))
  }

  @Test("says the same about its end each time, when many end at once")
  func many() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for code in 0..<40 {
        group.addTask {
          let end = try await shell("echo \(code); exit \(code)").wait { _ in false }
          #expect(end.exitCode == Int32(code))
          #expect(end.output == "\(code)\n")
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("gives its errors apart, or with its output")
  func errors() async throws {
    var surroundings = ProcessSurroundings()
    surroundings.errors = .kept
    let apart = try await shell("echo out; echo err >&2", surroundings).wait { _ in false }
    #expect(apart.output == "out\n")
    #expect(apart.errors == "err\n")
    surroundings.errors = .withOutput
    let together = try await shell("echo out; echo err >&2", surroundings).wait { _ in false }
    #expect(together.output == "out\nerr\n")
    #expect(together.errors == "")
  }

  @Test("finds the environment, the folder and the empty input that it was given")
  func surroundings() async throws {
    let folder = try TemporaryFolder()
    var surroundings = ProcessSurroundings()
    surroundings.environment = ["WARD": "7"]
    surroundings.folder = folder.url
    let program = try await shell("cat; echo \"$WARD-$HOME\"; : > here", surroundings)
    let end = await program.wait { _ in false }
    #expect(end.output == "7-\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["here"])
  }

  @Test("ends with 128 and the signal that ended it", arguments: [SIGTERM, SIGKILL])
  func signal(number: Int32) async throws {
    let program = try await shell("echo ready; exec tail -f /dev/null")
    #expect(await program.wait { $0.output == "ready\n" }.exitCode == nil)
    #expect(program.isRunning)
    program.send(number)
    #expect(await program.waitForExit() == 128 + number)
    #expect(!program.isRunning)
    // What comes too late is for nobody.
    program.send(number)
  }

  @Test("does not get what the tests have open")
  func descriptors() async throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFD, 0) == 0)
    let program = try await shell("[ -e /proc/self/fd/\(descriptor) ] && echo open || echo closed")
    #expect(await program.wait { _ in false }.output == "closed\n")
    try pipe.fileHandleForWriting.close()
  }

  @Test("that is not there is named in the error")
  func missing() async throws {
    let error = await #expect(throws: NotStarted.self) {
      try await ChildProcess(URL(filePath: "/nowhere/wardline"), [])
    }
    #expect(error?.description.contains("/nowhere/wardline") == true)
  }
}
