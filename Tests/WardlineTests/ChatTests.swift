import Foundation
import ServerProcess
import Testing

@Suite("wardline chat, through a pipe", .timeLimit(.minutes(2)))
struct ChatTests {
  private func chat(
    _ name: String,
    with other: String,
    in folder: TemporaryFolder
  ) async throws -> Program {
    try await Program(["chat", "--as", name, "--with", other, "--data", "data"], in: folder)
  }

  @Test("two people hold a conversation and see their messages read")
  func conversation() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let amara = try await chat("amara", with: "dr-lindqvist", in: folder)
    try await amara.type("May I eat?")
    #expect(await amara.line { $0.contains("#1") && $0.hasSuffix("You: May I eat?") } != nil)
    let doctor = try await chat("dr-lindqvist", with: "amara", in: folder)
    #expect(await doctor.line { $0.hasSuffix("Amara Okafor: May I eat?") } != nil)
    #expect(await amara.line { $0 == "✓✓ read up to #1" } != nil)
    try await doctor.type("No.")
    #expect(await amara.line { $0.hasSuffix("Dr. Eva Lindqvist: No.") } != nil)
    try await amara.type("/quit")
    #expect(await amara.end().status == 0)
    try await doctor.closeInput()
    #expect(await doctor.end().status == 0)
  }

  @Test("a line typed while the server is dead is sent once when it is back")
  func serverDies() async throws {
    let folder = try TemporaryFolder()
    let first = try await folder.serve()
    let amara = try await chat("amara", with: "dr-lindqvist", in: folder)
    try await amara.type("one")
    #expect(await amara.line { $0.hasSuffix("You: one") } != nil)
    first.signal(SIGKILL)
    #expect(await amara.line { $0.contains("connection lost") } != nil)
    try await amara.type("two")
    let second = try await folder.serve()
    defer { second.signal(SIGKILL) }
    #expect(await amara.line { $0.contains("#2") && $0.hasSuffix("You: two") } != nil)
    try await amara.closeInput()
    #expect(await amara.end().status == 0)
  }

  @Test("a name that is nobody's is refused before anything else")
  func nobody() async throws {
    let folder = try TemporaryFolder()
    let server = try await folder.serve()
    defer { server.signal(SIGKILL) }
    let chat = try await chat("amara", with: "jane", in: folder)
    let result = await chat.end()
    #expect(result.status == 1 && result.errors.contains { $0.contains("no such user") })
  }
}
