import ChatModel
import Synchronization
import Testing

@testable import ChatService

@Suite("User directory")
struct UserDirectoryTests {
  private func user(_ name: String, isActive: Bool = true) throws -> User {
    let time = Timestamp(milliseconds: 1)
    return User(
      id: try #require(UserID(name)),
      displayName: name,
      role: .nurse,
      isActive: isActive,
      createdAt: time,
      updatedAt: time
    )
  }

  @Test("a user is looked up once, nobody is looked up every time")
  func lookUps() async throws {
    let lind = try user("lind")
    let count = Box(0)
    let directory = UserDirectory { id in
      count.change { $0 += 1 }
      return id == lind.id ? lind : nil
    }
    for _ in 0..<3 { #expect(try await directory.user(lind.id) == lind) }
    #expect(count.value == 1)
    let nobody = try #require(UserID("nobody"))
    for _ in 0..<3 { #expect(try await directory.user(nobody) == nil) }
    #expect(count.value == 4)
  }

  @Test("what was read before a change does not undo it")
  func staleRead() async throws {
    let lind = try user("lind")
    let gone = try user("lind", isActive: false)
    let reads = AsyncStream<Void>.makeStream()
    let answers = AsyncStream<Void>.makeStream()
    let directory = UserDirectory { _ in
      reads.continuation.yield()
      for await _ in answers.stream { break }
      return lind
    }
    async let read = directory.user(lind.id)
    for await _ in reads.stream { break }
    directory.remember(gone)
    answers.continuation.yield()
    #expect(try await read == gone)
    #expect(directory.remembered(lind.id) == gone)
  }

  @Test("the answer to a change counts for less than what is stored")
  func overtakenAnswer() async throws {
    let gone = try user("lind", isActive: false)
    let directory = UserDirectory { _ in gone }
    directory.remember(gone)
    await directory.renew(try user("lind"))
    #expect(directory.remembered(gone.id) == gone)
  }

  @Test("when what is stored cannot be read, the answer to the change is remembered")
  func unreadable() async throws {
    let gone = try user("lind", isActive: false)
    let directory = UserDirectory { _ throws(ChatError) in throw .unavailable }
    directory.remember(try user("lind"))
    await directory.renew(gone)
    #expect(directory.remembered(gone.id) == gone)
    #expect(directory.deactivationCount == 1)
  }

  @Test("it forgets when there are too many, but never who was deactivated")
  func forgetting() throws {
    let directory = UserDirectory { _ in nil }
    let gone = try user("gone", isActive: false)
    let first = try user("first")
    directory.remember(gone)
    directory.remember(first)
    for number in 0..<60_000 { directory.remember(try user("u\(number)")) }
    #expect(directory.remembered(first.id) == nil)
    #expect(directory.remembered(gone.id) == gone)
  }
}
