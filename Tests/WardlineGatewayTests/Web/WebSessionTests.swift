import ChatModel
import Synchronization
import Testing

@testable import WardlineGateway

@Suite("Sessions of browsers")
struct WebSessionTests {
  /// A clock that the test moves, and names that count up.
  private final class Setting: Sendable {
    let time = Mutex(Timestamp(milliseconds: 1_000_000))
    private let names = Mutex(UInt8(0))

    var sessions: WebSessions {
      WebSessions(
        names: RandomNames { count in
          self.names.withLock { last in
            last &+= 1
            return [UInt8](repeating: last, count: count)
          }
        },
        now: { self.time.withLock { $0 } }
      )
    }

    func pass(seconds: Int64) {
      time.withLock { $0 = Timestamp(milliseconds: $0.milliseconds + seconds * 1000) }
    }
  }

  private func person(_ name: String = "amara", expiresAt: Int64 = 9_000_000) -> WebPerson {
    WebPerson(
      userID: name,
      displayName: name,
      role: .patient,
      expiresAt: Timestamp(milliseconds: expiresAt)
    )
  }

  @Test("a session gives its token until it is ended, and its name says nothing")
  func beginAndEnd() throws {
    let sessions = Setting().sessions
    let name = try #require(sessions.begin(person(), token: "secret", idleSeconds: 60))
    #expect(name.count == 64)
    #expect(!name.contains("secret"))
    #expect(sessions.session(name)?.token == "secret")
    #expect(sessions.session("another") == nil)
    sessions.end(name)
    #expect(sessions.session(name) == nil)
  }

  @Test("what the person does begins the idle time anew, looking at the session does not")
  func idle() throws {
    let setting = Setting()
    let sessions = setting.sessions
    let name = try #require(sessions.begin(person(), token: "t", idleSeconds: 60))
    setting.pass(seconds: 50)
    #expect(sessions.touch(name) != nil)
    setting.pass(seconds: 50)
    #expect(sessions.session(name) != nil)
    setting.pass(seconds: 20)
    #expect(sessions.session(name) == nil)
    #expect(sessions.touch(name) == nil)
  }

  @Test("a session ends with its token")
  func expiry() throws {
    let setting = Setting()
    let sessions = setting.sessions
    let name = try #require(
      sessions.begin(person(expiresAt: 1_005_000), token: "t", idleSeconds: 60)
    )
    setting.pass(seconds: 4)
    #expect(sessions.session(name) != nil)
    setting.pass(seconds: 1)
    #expect(sessions.session(name) == nil)
  }

  @Test("whoever signs in once more than allowed loses the oldest session, and nobody else theirs")
  func bounded() throws {
    let sessions = Setting().sessions
    let other = try #require(sessions.begin(person("noah"), token: "n", idleSeconds: 60))
    let names = try (0...WebSessions.sessionsOfUserMax).map { _ in
      try #require(sessions.begin(person(), token: "t", idleSeconds: 60))
    }
    #expect(sessions.session(names[0]) == nil)
    #expect(names.dropFirst().allSatisfy { sessions.session($0) != nil })
    #expect(sessions.session(other) != nil)
  }
}
