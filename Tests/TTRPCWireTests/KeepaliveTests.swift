import TTRPCWire
import Testing

@Suite("Finding out whether a silent peer is there")
struct KeepaliveTests {
  @Test("a peer that is heard of is not pinged")
  func heard() {
    var keepalive = Keepalive()
    for _ in 0..<3 {
      keepalive.heard()
      #expect(keepalive.timerFired(isReading: true) == .waitForSilence)
    }
    #expect(keepalive.timerFired(isReading: true) == .ping)
  }

  @Test("a ping that is answered begins a new silence")
  func answered() {
    var keepalive = Keepalive()
    for _ in 0..<3 {
      #expect(keepalive.timerFired(isReading: true) == .ping)
      keepalive.heard()
      #expect(keepalive.timerFired(isReading: true) == .waitForSilence)
    }
  }

  @Test("a ping that is not answered closes the connection, but not while nothing is read")
  func unanswered() {
    var keepalive = Keepalive()
    #expect(keepalive.timerFired(isReading: false) == .ping)
    #expect(keepalive.timerFired(isReading: false) == .waitForAnswer)
    #expect(keepalive.timerFired(isReading: true) == .closeConnection)
  }
}
