import Histogram
import NIOCore
import NIOEmbedded
import RPC
import TTRPC
import TTRPCWire
import Testing

@testable import LoadGeneration

/// The connection of an open loop on a clock that goes only when it is told to.
@Suite("An open loop")
struct OpenLoopTests {
  private static let method = MethodDescriptor(service: "load.v1.Echo", name: "Echo", kind: .unary)
  private static let second = 1_000_000_000 as UInt64

  private let loop = EmbeddedEventLoop()
  private let channel: EmbeddedChannel
  private let recorder: LoadRecorder

  init() throws {
    try self.init(callsPerSecond: 1_000)
  }

  private init(callsPerSecond: Double) throws {
    var plan = LoadPlan(
      LoadRequest(Self.method, ByteBuffer()),
      to: .tcp(host: "127.0.0.1", port: 1)
    )
    plan.pace = .open(callsPerSecond: callsPerSecond)
    recorder = LoadRecorder(on: loop)
    channel = EmbeddedChannel(
      handler: TTRPCLoadHandler(plan, index: 0, recorder, LoadTicker(on: loop)),
      loop: loop
    )
    recorder.start()
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  /// Answers every call that has been made.
  ///
  /// - Returns: how many there were.
  private func answer() throws -> Int {
    var frames = FrameDecoder()
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { frames.append(bytes) }
    var answers = FrameWriter()
    var count = 0
    while case .frame(let header, _) = frames.next() {
      answers.writeResponse(header.streamID, payload: ByteBuffer())
      count += 1
    }
    if let bytes = answers.take() { try channel.writeInbound(bytes) }
    return count
  }

  @Test("makes a call at each interval, whether answers come or not")
  func pace() throws {
    #expect(try answer() == 1)
    loop.advanceTime(by: .milliseconds(100))
    #expect(try answer() == 100)
    for _ in 0..<10 {
      loop.advanceTime(by: .milliseconds(1))
      #expect(try answer() == 1)
    }
    #expect(recorder.answers == 111)
    #expect(recorder.stop() == 0.11)
  }

  @Test("charges a stalled server for the calls that were due meanwhile")
  func coordinatedOmission() throws {
    #expect(try answer() == 1)
    // A generator that waits for answers would have one late call here.
    loop.advanceTime(by: .seconds(1))
    #expect(try answer() == 1_000)
    let latencies = recorder.latencies
    #expect(latencies.totalCount == 1_001)
    #expect(latencies.count(within: Self.second / 2...Self.second * 2) >= 500)
    #expect(latencies.count(within: 0...Self.second / 2) >= 500)
    #expect(latencies.max > Self.second * 99 / 100)
  }

  @Test("charges the calls that it held back, when too many were under way")
  func heldBack() throws {
    let test = try OpenLoopTests(callsPerSecond: 1_000_000)
    test.loop.advanceTime(by: .milliseconds(100))
    #expect(try test.answer() == LoadPlan.callsUnderWayMax)
    test.loop.advanceTime(by: .milliseconds(1))
    #expect(try test.answer() == LoadPlan.callsUnderWayMax)
    // It was due when as many had been sent as may wait: after 33 ms.
    #expect(test.recorder.latencies.max > Self.second / 1_000 * 67)
  }
}
