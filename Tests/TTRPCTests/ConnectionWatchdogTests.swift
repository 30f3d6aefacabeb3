import NIOCore
import Testing

@testable import TTRPC

@Suite("The watchdog of a connection")
struct ConnectionWatchdogTests {
  private typealias View = ConnectionWatchdog.View

  private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  private static func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

  /// 6 s for a first frame, 3 s for a frame, 5 s unread, 20 s idle, a ping after 8 s and 4 s for
  /// its answer.
  private static var watchdog: ConnectionWatchdog {
    var configuration = ServerConfiguration()
    configuration.firstCallTimeout = .seconds(6)
    configuration.frameTimeout = .seconds(3)
    configuration.unreadTimeout = .seconds(5)
    configuration.idleTimeout = .seconds(20)
    configuration.keepaliveInterval = .seconds(8)
    configuration.keepaliveTimeout = .seconds(4)
    return ConnectionWatchdog(configuration, at: start)
  }

  @Test("looks at an idle connection once: when its time is over")
  func idle() {
    var watchdog = Self.watchdog
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(1))
    #expect(watchdog.nextLook(after: Self.at(1), View()) == Self.at(21))
    #expect(watchdog.verdict(now: Self.at(20), View()) == .fine)
    #expect(watchdog.verdict(now: Self.at(21), View()) == .over(.idleTimeout))
  }

  @Test("a busy connection is never idle; its idle time begins when it has ended what it does")
  func busy() {
    var watchdog = Self.watchdog
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(1))
    #expect(watchdog.verdict(now: Self.at(21), View(isBusy: true)) == .fine)
    #expect(watchdog.nextLook(after: Self.at(21), View(isBusy: true)) == Self.at(41))
    watchdog.idleBegan(at: Self.at(30))
    #expect(watchdog.verdict(now: Self.at(41), View()) == .fine)
    #expect(watchdog.nextLook(after: Self.at(41), View()) == Self.at(50))
    #expect(watchdog.verdict(now: Self.at(50), View()) == .over(.idleTimeout))
  }

  @Test("a connection that never says anything has as long as a first frame may take")
  func silent() {
    var watchdog = Self.watchdog
    #expect(watchdog.nextLook(after: Self.start, View()) == Self.at(6))
    var late = watchdog
    late.passEnded(frames: 0, isInsideFrame: true, at: Self.at(5))
    #expect(late.verdict(now: Self.at(6), View()) == .over(.firstCallTimeout))
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(5))
    #expect(watchdog.verdict(now: Self.at(6), View()) == .fine)
  }

  @Test("a frame has its time from its first byte, whatever comes of it in between")
  func insideFrame() {
    var watchdog = Self.watchdog
    watchdog.passEnded(frames: 2, isInsideFrame: true, at: Self.at(1))
    #expect(watchdog.nextLook(after: Self.at(1), View()) == Self.at(4))
    watchdog.passEnded(frames: 0, isInsideFrame: true, at: Self.at(3))
    #expect(watchdog.verdict(now: Self.at(4), View()) == .over(.frameTimeout))
    watchdog.passEnded(frames: 1, isInsideFrame: true, at: Self.at(4))
    #expect(watchdog.nextLook(after: Self.at(4), View()) == Self.at(7))
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(5))
    #expect(watchdog.verdict(now: Self.at(7), View()) == .fine)
  }

  @Test("what is not read cannot be completed, nor answered")
  func heldBack() {
    var watchdog = Self.watchdog
    watchdog.passEnded(frames: 1, isInsideFrame: true, at: Self.at(1))
    let view = View(isReading: false, answersPings: true)
    #expect(watchdog.verdict(now: Self.at(9), view) == .ping)
    #expect(watchdog.verdict(now: Self.at(15), view) == .fine)
    #expect(watchdog.nextLook(after: Self.at(15), view) == Self.at(18))
    watchdog.readsAgain(at: Self.at(16))
    #expect(watchdog.verdict(now: Self.at(18), View(answersPings: true)) == .fine)
    #expect(watchdog.verdict(now: Self.at(19), View(answersPings: true)) == .over(.frameTimeout))
  }

  @Test("a peer that does not read has its time from when it stopped")
  func unread() {
    var watchdog = Self.watchdog
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(1))
    watchdog.unreadBegan(at: Self.at(2))
    #expect(watchdog.isUnread)
    #expect(watchdog.nextLook(after: Self.at(2), View(isBusy: true)) == Self.at(7))
    var reading = watchdog
    reading.unreadEnded()
    #expect(reading.verdict(now: Self.at(7), View(isBusy: true)) == .fine)
    #expect(watchdog.verdict(now: Self.at(7), View(isBusy: true)) == .over(.unreadTimeout))
  }

  @Test("a client that knows pings is asked when it is silent, and must answer in time")
  func keepalive() {
    var watchdog = Self.watchdog
    let view = View(isBusy: true, answersPings: true)
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(1))
    #expect(watchdog.nextLook(after: Self.at(1), view) == Self.at(9))
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(2))
    #expect(watchdog.verdict(now: Self.at(9), view) == .fine)
    #expect(watchdog.verdict(now: Self.at(10), view) == .ping)
    #expect(watchdog.nextLook(after: Self.at(10), view) == Self.at(14))
    var gone = watchdog
    #expect(gone.verdict(now: Self.at(14), view) == .over(.keepaliveTimeout))
    watchdog.passEnded(frames: 1, isInsideFrame: false, at: Self.at(13))
    watchdog.pingAnswered()
    #expect(watchdog.verdict(now: Self.at(14), view) == .fine)
    #expect(watchdog.nextLook(after: Self.at(14), view) == Self.at(21))
  }
}
