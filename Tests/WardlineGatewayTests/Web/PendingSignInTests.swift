import ChatModel
import OpenIDConnect
import Synchronization
import Testing

@testable import WardlineGateway

@Suite("Sign-ins under way")
struct PendingSignInTests {
  @Test("when there are too many, the oldest counts no more, and the newest does")
  func bounded() {
    let last = Mutex(0)
    let names = RandomNames { count in
      last.withLock { last in
        last += 1
        return (0..<count).map { UInt8(truncatingIfNeeded: last >> (8 * ($0 % 4))) }
      }
    }
    let pending = PendingSignIns(names: names) { Timestamp(milliseconds: 0) }
    let begun = (0...PendingSignIns.countMax).map { _ in
      pending.begin(with: "clinic", browser: "b", redirectURI: "", path: .start).state
    }
    #expect(pending.take(begun[0], of: "clinic", browser: "b") == nil)
    #expect(pending.take(begun[1], of: "clinic", browser: "b") != nil)
    #expect(pending.take(begun[PendingSignIns.countMax], of: "clinic", browser: "b") != nil)
  }
}
