import NIOCore
import Testing

@testable import GRPCTransport

@Suite("What waits for the peer's grants")
struct OutboundTests {
  @Test("a stream has room for the least of its window, the connection's and a frame")
  func room() {
    var window = OutboundWindow()
    #expect(window.room(stream: 100_000) == 16_384)
    #expect(window.room(stream: 10) == 10)
    #expect(window.room(stream: -10) == 0)
    window.wrote(65_530)
    #expect(window.room(stream: 10) == 5)
    window.wrote(5)
    #expect(window.room(stream: 10) == 0)
    window.granted(7)
    #expect(window.room(stream: 10) == 7)
  }

  @Test("a change of what streams begin with changes every stream, and may leave one in debt")
  func initialWindow() {
    var window = OutboundWindow()
    #expect(window.initialStreamChanged(to: 100_000) == 34_465)
    #expect(window.initialStreamChanged(to: 0) == -100_000)
    #expect(window.initialStream == 0)
  }

  @Test(
    "bytes are taken in order, and it is known whether a message has been cut",
    arguments: 1...12
  )
  func takes(room: Int) {
    var unsent = UnsentBytes()
    var whole = ByteBuffer()
    for text in ["", "hello", "a", String(repeating: "x", count: 30)] {
      unsent.append(ByteBuffer(string: text))
      whole.writeImmutableBuffer(.message(ByteBuffer(string: text)))
    }
    let ends: Set<Int> = [5, 15, 21, 56]
    var taken = ByteBuffer()
    while let bytes = unsent.take(room) {
      taken.writeImmutableBuffer(bytes)
      #expect((unsent.missing == 0) == ends.contains(taken.readableBytes))
    }
    #expect(taken == whole)
    #expect(unsent.isEmpty)
    #expect(unsent.take(room) == nil)
  }
}

@Suite("The watchdog of a gRPC connection")
struct GRPCWatchdogTests {
  private static let configuration: GRPCConfiguration = {
    var configuration = GRPCConfiguration()
    configuration.firstCallTimeout = .seconds(10)
    configuration.idleTimeout = .seconds(100)
    configuration.unreadTimeout = .seconds(20)
    configuration.keepaliveInterval = .seconds(30)
    configuration.keepaliveTimeout = .seconds(5)
    return configuration
  }()

  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

  @Test("a connection without a call ends, one with a call does not")
  func firstCall() {
    var watchdog = GRPCWatchdog(Self.configuration, at: at(0))
    #expect(watchdog.nextLook(after: at(0), isBusy: false) == at(10))
    #expect(watchdog.verdict(now: at(10), isBusy: false) == .over(.firstCallTimeout))
    watchdog.called(at: at(1))
    #expect(watchdog.verdict(now: at(10), isBusy: false) == .fine)
  }

  @Test("a silent client is sent a ping, and left when nothing comes back")
  func keepalive() {
    var watchdog = GRPCWatchdog(Self.configuration, at: at(0))
    watchdog.called(at: at(0))
    #expect(watchdog.nextLook(after: at(0), isBusy: true) == at(30))
    #expect(watchdog.verdict(now: at(30), isBusy: true) == .ping)
    #expect(watchdog.nextLook(after: at(30), isBusy: true) == at(35))
    var answered = watchdog
    answered.heard(at: at(31))
    #expect(answered.verdict(now: at(35), isBusy: true) == .fine)
    #expect(watchdog.verdict(now: at(35), isBusy: true) == .over(.keepaliveTimeout))
  }

  @Test("a connection without calls ends after a while, however often it is heard")
  func idle() {
    var watchdog = GRPCWatchdog(Self.configuration, at: at(0))
    watchdog.called(at: at(0))
    #expect(watchdog.verdict(now: at(20), isBusy: true) == .fine)
    watchdog.heard(at: at(119))
    #expect(watchdog.verdict(now: at(119), isBusy: false) == .fine)
    #expect(watchdog.verdict(now: at(120), isBusy: false) == .over(.idleTimeout))
  }

  @Test("answers that are not taken end a connection, which is not asked for a pong meanwhile")
  func unread() {
    var watchdog = GRPCWatchdog(Self.configuration, at: at(0))
    watchdog.called(at: at(0))
    watchdog.unreadBegan(at: at(15))
    #expect(watchdog.nextLook(after: at(15), isBusy: true) == at(35))
    #expect(watchdog.verdict(now: at(34), isBusy: true) == .fine)
    var taken = watchdog
    taken.unreadEnded()
    #expect(taken.verdict(now: at(35), isBusy: true) == .ping)
    #expect(watchdog.verdict(now: at(35), isBusy: true) == .over(.unreadTimeout))
  }
}
