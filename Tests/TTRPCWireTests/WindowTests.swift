import NIOCore
import TTRPCWire
import Testing

@Suite("Windows")
struct WindowTests {
  @Test(
    "a message goes out when it fits or the window is whole",
    arguments: [
      // window, sent before, granted, size, may be sent
      (100, 0, 0, 100, true), (100, 0, 0, 101, true), (100, 0, 0, 1_000_000, true),
      (100, 1, 0, 99, true), (100, 1, 0, 100, false), (100, 100, 0, 1, false),
      (100, 100, 0, 0, true), (100, 100, 1, 1, true), (100, 100, 99, 100, false),
      (100, 500, 499, 500, false), (100, 500, 500, 500, true), (100, 500, 399, 0, false),
      (1, 0, 0, 5, true), (1, 5, 4, 5, false), (1, 5, 5, 5, true),
    ]
  )
  func admission(window: Int, sent: Int, granted: Int, size: Int, admits: Bool) {
    var send = SendWindow(size: window)
    send.sent(sent)
    send.granted(granted)
    #expect(send.admits(size) == admits)
    #expect(send.credit == window - sent + granted)
  }

  @Test("credit beyond what a sender can use is cut instead of overflowing")
  func hugeGrants() {
    var send = SendWindow(size: .max)
    for _ in 0..<10 { send.granted(Int(UInt32.max)) }
    #expect(send.credit == SendWindow.creditMax)
    #expect(SendWindow(size: 0).size == 1)
    #expect(SendWindow(size: -5).size == 1)
  }

  @Test("grants come in halves of the window, what is left when it is asked for, none twice")
  func grants() {
    var receive = ReceiveWindow(size: 100)
    #expect(receive.consumed(49) == nil)
    #expect(receive.ungranted == 49)
    #expect(receive.consumed(1) == 50)
    #expect(receive.grantAll() == nil)
    #expect(receive.consumed(10) == nil)
    #expect(receive.grantAll() == 10)
    #expect(receive.consumed(700) == 700)
    #expect(receive.ungranted == 0)
  }

  @Test("a sender and a receiver never wait for each other", arguments: 1...60)
  func noDeadlock(window: Int) {
    var send = SendWindow(size: window)
    var receive = ReceiveWindow(size: window)
    var size = 1
    for step in 0..<500 {
      size = (size * 31 + step) % (3 * window) + 1
      if !send.admits(size) {
        // All has been read: the sweep grants what is left.
        if let grant = receive.grantAll() { send.granted(grant) }
      }
      #expect(send.admits(size), "window \(window), step \(step)")
      send.sent(size)
      if let grant = receive.consumed(size) { send.granted(grant) }
    }
  }

  @Test("what a stream sends without credit is kept, in order, and counted")
  func outboundFlow() {
    var flow = OutboundFlow(windowSize: 10)
    #expect(flow.hasCredit)
    #expect(flow.take(ByteBuffer(string: "12345678")) == true)
    #expect(flow.take(ByteBuffer(string: "abc")) == false)
    // It would fit, and would overtake.
    #expect(flow.take(ByteBuffer(string: "d")) == false)
    #expect(!flow.hasCredit)
    #expect(flow.waitingBytes == 4 + 2 * InboundFlow.messageCost)
    #expect(flow.next() == nil)
    flow.granted(1)
    #expect(flow.next() == ByteBuffer(string: "abc"))
    #expect(flow.next() == nil)
    flow.granted(8)
    #expect(flow.next() == ByteBuffer(string: "d"))
    #expect(flow.next() == nil)
    #expect(flow.isEmpty && flow.hasCredit && flow.waitingBytes == 0)
  }

  @Test("a stream is full above its watermark and until half of it has been taken")
  func inboundFlow() {
    var flow = InboundFlow(highWatermark: 1000)
    for _ in 0..<4 { flow.received(186) }
    #expect(!flow.isFull && flow.waiting == 1000)
    flow.received(0)
    #expect(flow.isFull)
    #expect(flow.consumed(bytes: 372, messages: 2) == nil)
    #expect(flow.isFull)
    #expect(flow.consumed(bytes: 186, messages: 1) == nil)
    #expect(!flow.isFull && flow.waiting == 314)
  }

  @Test("a sender that keeps to its window never fills the stream, whatever its message sizes")
  func windowedInboundFlow() {
    for size in [64, 1000, 70_000] {
      var flow = InboundFlow(window: 64 << 10, messageLengthMax: 4 << 20)
      var send = SendWindow(size: 64 << 10)
      while send.admits(size) {
        send.sent(size)
        flow.received(size)
      }
      #expect(!flow.isFull, "messages of \(size) bytes")
      #expect(flow.consumed(bytes: size, messages: 1) == (size >= 32 << 10 ? size : nil))
    }
  }
}
