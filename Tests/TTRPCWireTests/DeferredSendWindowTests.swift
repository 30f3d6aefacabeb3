import TTRPCWire
import Testing

@Suite("What may be sent before and after windows are agreed on")
struct DeferredSendWindowTests {
  @Test("without a window everything may be sent, and a grant means nothing")
  func free() {
    var window = DeferredSendWindow()
    window.sent(1 << 40)
    window.granted(1)
    #expect(window.admits(4 << 20))
  }

  @Test("what was sent before counts: the window may begin with a debt")
  func debt() {
    var window = DeferredSendWindow()
    window.sent(70)
    window.sent(80)
    window.windowAgreed(size: 100)
    #expect(!window.admits(1) && !window.admits(0))
    window.granted(50)
    #expect(window.admits(0) && !window.admits(1))
    window.granted(60)
    #expect(window.admits(60) && !window.admits(61))
    window.granted(40)
    #expect(window.admits(4 << 20), "the window is whole")
  }

  @Test("only the first agreement counts")
  func once() {
    var window = DeferredSendWindow()
    window.windowAgreed(size: 10)
    window.sent(10)
    window.windowAgreed(size: 1000)
    #expect(!window.admits(1))
  }
}
