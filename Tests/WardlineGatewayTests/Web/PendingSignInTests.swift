import ChatModel
import OpenIDConnect
import Synchronization
import Testing

@testable import WardlineGateway

@Suite("Sign-ins under way")
struct PendingSignInTests {
  private func pending() -> PendingSignIns {
    let names = RandomNames { count in (0..<count).map { _ in UInt8.random(in: 0 ... .max) } }
    return PendingSignIns(names: names) { Timestamp(milliseconds: 0) }
  }

  private func begin(_ pending: PendingSignIns) throws -> (state: String, sealed: String) {
    let path = try #require(AppPath("/chat/1"))
    let begun = pending.begin(with: "clinic", redirectURI: "https://a/b", path: path)
    let (attempt, sealed) = try #require(begun)
    return (attempt.state, sealed)
  }

  @Test("what comes back is what began, whatever others have begun meanwhile")
  func whole() throws {
    let pending = pending()
    let first = try begin(pending)
    for _ in 0..<20_000 { _ = try begin(pending) }
    let taken = try #require(pending.take(first.state, of: "clinic", from: first.sealed))
    #expect(taken.attempt.state == first.state)
    #expect(taken.attempt.redirectURI == "https://a/b")
    #expect(taken.path == AppPath("/chat/1"))
  }

  @Test("it comes back once, of its own provider, with its own state")
  func once() throws {
    let pending = pending()
    let (one, other) = (try begin(pending), try begin(pending))
    #expect(pending.take(one.state, of: "other", from: one.sealed) == nil)
    #expect(pending.take(one.state, of: "clinic", from: other.sealed) == nil)
    #expect(pending.take(one.state, of: "clinic", from: one.sealed) != nil)
    #expect(pending.take(one.state, of: "clinic", from: one.sealed) == nil)
  }

  @Test("what was changed, or sealed by another server, is nothing")
  func forged() throws {
    let pending = pending()
    let one = try begin(pending)
    let foreign = try begin(self.pending())
    let changed = (one.sealed.first == "a" ? "b" : "a") + one.sealed.dropFirst()
    for sealed in [foreign.sealed, changed, "", "aaaa", "é", String(one.sealed.dropLast(4))] {
      #expect(pending.take(one.state, of: "clinic", from: sealed) == nil)
    }
    #expect(pending.take(foreign.state, of: "clinic", from: foreign.sealed) == nil)
  }

  @Test("it counts for ten minutes")
  func lifetime() throws {
    let clock = Clock()
    let names = RandomNames { count in (0..<count).map { _ in UInt8.random(in: 0 ... .max) } }
    let pending = PendingSignIns(names: names) { clock.now.withLock { $0 } }
    let (early, late) = (try begin(pending), try begin(pending))
    clock.now.withLock { $0 = Timestamp(milliseconds: PendingSignIns.lifetimeSeconds * 1000 - 1) }
    #expect(pending.take(early.state, of: "clinic", from: early.sealed) != nil)
    clock.now.withLock { $0 = Timestamp(milliseconds: PendingSignIns.lifetimeSeconds * 1000) }
    #expect(pending.take(late.state, of: "clinic", from: late.sealed) == nil)
  }

  private final class Clock: Sendable {
    let now = Mutex(Timestamp(milliseconds: 0))
  }
}
