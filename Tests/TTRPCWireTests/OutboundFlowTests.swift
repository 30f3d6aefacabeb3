import TTRPCWire
import Testing

@Suite("What may be sent before and after windows are agreed on")
struct OutboundFlowTests {
  @Test("without a window everything may be sent, and a grant means nothing")
  func free() {
    var flow = OutboundFlow()
    flow.sent(1 << 40)
    flow.granted(1)
    #expect(flow.admits(4 << 20))
  }

  @Test("what was sent before counts: the window may begin with a debt")
  func debt() {
    var flow = OutboundFlow()
    flow.sent(70)
    flow.sent(80)
    flow.windowAgreed(size: 100)
    #expect(!flow.admits(1) && !flow.admits(0))
    flow.granted(50)
    #expect(flow.admits(0) && !flow.admits(1))
    flow.granted(60)
    #expect(flow.admits(60) && !flow.admits(61))
    flow.granted(40)
    #expect(flow.admits(4 << 20), "the window is whole")
  }

  @Test("only the first agreement counts")
  func once() {
    var flow = OutboundFlow()
    flow.windowAgreed(size: 10)
    flow.sent(10)
    flow.windowAgreed(size: 1000)
    #expect(!flow.admits(1))
  }
}
