import NIOCore
import Testing

@testable import TTRPC

@Suite("The watchdog of a connection")
struct ConnectionWatchdogTests {
  /// What a connection looks like at one look, and what the watchdog says then. A look comes every
  /// second; the limits are 6 s for a first frame, 3 s for a frame, 5 s unread and 8 s idle.
  struct Story: Sendable, CustomTestStringConvertible {
    let name: String
    let looks: [(view: View, verdict: ConnectionWatchdog.Verdict)]
    var testDescription: String { name }
  }

  enum View {
    case inside, insideAfterFrame, unread, busy, quiet, quietAfterFrame
  }

  static let stories = [
    Story(
      name: "a frame that is never completed",
      looks: [
        (.inside, .fine), (.inside, .fine), (.inside, .fine), (.inside, .stuckInFrame),
      ]
    ),
    Story(
      name: "a slow peer whose frames are completed",
      looks: [
        (.inside, .fine), (.inside, .fine), (.inside, .fine), (.insideAfterFrame, .fine),
        (.inside, .fine), (.inside, .fine),
      ]
    ),
    Story(
      name: "a peer that does not read",
      looks: [
        (.quietAfterFrame, .fine), (.unread, .fine), (.unread, .fine), (.unread, .fine),
        (.unread, .fine), (.unread, .fine), (.unread, .unread),
      ]
    ),
    Story(
      name: "a peer that reads now and then",
      looks: [
        (.quietAfterFrame, .fine), (.unread, .fine), (.unread, .fine), (.busy, .fine),
        (.unread, .fine),
        (.unread, .fine), (.unread, .fine), (.unread, .fine), (.unread, .fine),
      ]
    ),
    Story(
      name: "a connection that nobody uses",
      looks: [(.quietAfterFrame, .fine)] + Array(repeating: (.quiet, .fine), count: 8)
        + [(.quiet, .idle)]
    ),
    Story(
      name: "a connection with an open subscription",
      looks: [(.quietAfterFrame, .fine)] + Array(repeating: (.busy, .fine), count: 20)
    ),
    Story(
      name: "a connection that never says anything",
      looks: Array(repeating: (.quiet, .fine), count: 6) + [(.quiet, .silent)]
    ),
    Story(
      name: "a connection whose first frame comes at the last moment",
      looks: Array(repeating: (.quiet, .fine), count: 6)
        + [(.quietAfterFrame, .fine), (.quiet, .fine)]
    ),
  ]

  @Test("says what a look at the connection amounts to", arguments: stories)
  func verdicts(story: Story) {
    var watchdog = ConnectionWatchdog(
      ConnectionWatchdog.Limits(
        firstFrame: .seconds(6),
        frame: .seconds(3),
        unread: .seconds(5),
        idle: .seconds(8)
      )
    )
    var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    for look in story.looks {
      if look.view == .insideAfterFrame || look.view == .quietAfterFrame {
        watchdog.frameReceived()
      }
      #expect(watchdog.verdict(now: now, ConnectionWatchdog.View(look.view)) == look.verdict)
      now = now + .seconds(1)
    }
  }
}

extension ConnectionWatchdog.View {
  init(_ view: ConnectionWatchdogTests.View) {
    self.init(
      isInsideFrame: view == .inside || view == .insideAfterFrame,
      isUnread: view == .unread,
      isBusy: view == .busy || view == .unread
    )
  }
}
