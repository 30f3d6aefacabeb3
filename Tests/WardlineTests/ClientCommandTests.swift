import Foundation
import ServerProcess
import Testing

@Suite("The commands that talk to a server", .timeLimit(.minutes(2)))
struct ClientCommandTests {
  private func run(
    _ arguments: String...,
    in folder: TemporaryFolder
  ) async throws -> Program.Result {
    try await Program.run(arguments + ["--data", "data"], in: folder)
  }

  @Test("token, send, list and call show the same message")
  func roundTrip() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let token = try await run("token", "amara", in: folder)
    let bearer = try #require(token.output.first)
    let sent = try await run("send", "--to", "dr-lindqvist", "--token", bearer, "Hi", in: folder)
    let id = try #require(sent.output.first)
    let conversation = String(id.prefix { $0 != "." })
    let listed = try await run("list", "--as", "dr-lindqvist", conversation, in: folder)
    #expect(listed.output.count == 1 && listed.output[0].hasSuffix("Amara Okafor  ✓  Hi"))
    let request = #"{"messageId": "\#(id)"}"#
    for name in ["Messages/Get", "messages/get", "/wardline.v1.Messages/Get"] {
      let called = try await run("call", name, request, "--as", "amara", in: folder)
      #expect(called.status == 0)
      #expect(called.output.contains { $0.contains(#""content":"Hi""#) })
    }
  }

  @Test("call refuses what it does not know and names what there is")
  func callRefusals() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let unknown = try await run("call", "Foo/Bar", in: folder)
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains { $0.contains("Messages/Send") })
    let field = try await run("call", "Messages/Send", #"{"text": "x"}"#, in: folder)
    #expect(field.status == 64)
    #expect(field.errors.contains { $0.contains("text") && $0.contains("content") })
    let list = try await run("call", "--list", in: folder)
    #expect(list.output.contains("Events/Subscribe  SubscribeRequest -> stream SubscribeResponse"))
  }

  @Test("each refusal says what to do, and its exit status tells who is to blame")
  func errors() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let noServer = try await run("list", "--as", "amara", "--address", "127.0.0.1:1", in: folder)
    #expect(noServer.status == 2)
    #expect(noServer.errors.contains { $0.contains("is the server running?") })
    let nobody = try await run("list", in: folder)
    #expect(nobody.status == 64 && nobody.errors.contains { $0.contains("--as NAME") })
    let stranger = try await run("list", "--as", "jane", in: folder)
    #expect(stranger.status == 64 && stranger.errors.contains { $0.contains("dr-lindqvist") })
    let unknown = try await run("send", "--as", "amara", "--to", "jane", "x", in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains { $0.contains("no such user") })
    let old = try await run("token", "amara", "--lifetime=-1000", in: folder)
    let expired = try await run("list", "--token", old.output.first ?? "", in: folder)
    #expect(expired.status == 1 && expired.errors.contains { $0.contains("expired") })
  }

  @Test("tail goes on after a kill -9 of the server, and a second run after the first")
  func tail() async throws {
    let folder = try TemporaryFolder()
    let first = try await folder.serve()
    let arguments = ["tail", "--as", "amara", "--data", "data", "--cursor-file", "cursor"]
    let tail = try await Program(arguments + ["--from-start"], in: folder)
    func send(_ text: String) async throws {
      let sent = try await run("send", "--as", "dr-lindqvist", "--to", "amara", text, in: folder)
      #expect(sent.status == 0)
    }
    try await send("one")
    #expect(await tail.line { $0.hasSuffix("Dr. Eva Lindqvist: one") } != nil)
    first.signal(SIGKILL)
    #expect(await tail.errorLine { $0.contains("trying again") } != nil)
    let second = try await folder.serve()
    defer { second.signal(SIGKILL) }
    try await send("two")
    let next = await tail.line { _ in true }
    #expect(next?.contains("message #2") == true)
    // The cursor is saved before the next line is printed.
    try await send("three")
    #expect(await tail.line { $0.contains("message #3") } != nil)
    tail.signal(SIGKILL)
    _ = await tail.end()
    try await send("four")
    let again = try await Program(arguments, in: folder)
    // Only the line that was printed as the first run was killed may come twice.
    var line = await again.line { _ in true }
    if line?.contains("message #3") == true { line = await again.line { _ in true } }
    #expect(line?.contains("message #4") == true)
  }

  @Test("demo ends with what was sent, stored and received being equal")
  func demo() async throws {
    let result = try await Program.run(["demo"], in: TemporaryFolder())
    #expect(result.status == 0)
    #expect(result.output.last?.hasPrefix("EQUAL") == true)
  }

  @Test("a demo that is stopped leaves neither its folder nor its server", arguments: [1, 40])
  func demoStopped(lines: Int) async throws {
    let folder = try TemporaryFolder()
    let demo = try await Program(["demo"], in: folder)
    for _ in 0..<lines { _ = await demo.line { _ in true } }
    demo.signal(SIGTERM)
    let result = await demo.end()
    #expect(result.status == 1 || result.output.last?.hasPrefix("EQUAL") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}
