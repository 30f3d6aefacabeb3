import TTRPCWire
import Testing

@Suite("Stream numbers")
struct StreamIDTests {
  @Test(
    "a client opens odd ones",
    arguments: [
      (0, false), (1, true), (2, false), (0x7fff_fffe, false), (0x7fff_ffff, true), (.max, true),
    ] as [(UInt32, Bool)]
  )
  func parity(number: UInt32, isClientInitiated: Bool) {
    #expect(StreamID(number).isClientInitiated == isClientInitiated)
  }

  @Test("they are ordered as unsigned numbers")
  func order() {
    #expect(StreamID.connection < StreamID(1))
    #expect(StreamID.lastOfClient < StreamID(0x8000_0001))
    #expect(StreamID.lastOfClient == StreamID(2_147_483_647))
    #expect("\(StreamID(.max))" == "4294967295")
  }
}
