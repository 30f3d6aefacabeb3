import NIOCore
import TTRPCWire

/// One connection of the load generator.
final class LoadConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let plan: LoadPlan
  private let recorder: LoadRecorder
  /// Which of the connections this is, from 0.
  private let index: Int
  private var decoder = FrameDecoder()
  private var calls = 0
  private var answers = 0
  /// When each call was due, by its number modulo the size.
  private var dueAt = [NIODeadline](
    repeating: .uptimeNanoseconds(0),
    count: LoadPlan.callsUnderWayMax
  )
  private var begin: NIODeadline?
  private var nextCall: Scheduled<Void>?
  private var outbound = ByteBuffer()

  /// How often an open loop looks for calls that are due.
  private static let tick = TimeAmount.microseconds(50)

  init(_ plan: LoadPlan, index: Int, _ recorder: LoadRecorder) {
    self.plan = plan
    self.index = index
    self.recorder = recorder
  }

  func channelActive(context: ChannelHandlerContext) {
    if let greeting = plan.greeting {
      // Takes the first stream; the calls begin with the second.
      greeting.write(StreamID(1), number: 0, into: &outbound)
    } else {
      start(context)
    }
    flush(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    nextCall?.cancel()
    recorder.connectionLost()
  }

  private func start(_ context: ChannelHandlerContext) {
    let now = context.eventLoop.now
    begin = now
    switch plan.pace {
    case .closed(let inFlight):
      for _ in 0..<inFlight { call(dueAt: now) }
    case .open:
      callWhatIsDue(context)
    }
  }

  private func call(dueAt due: NIODeadline) {
    dueAt[calls % LoadPlan.callsUnderWayMax] = due
    let number = UInt64(index) << 40 + UInt64(calls)
    let first = plan.greeting == nil ? 1 : 3
    plan.request.write(StreamID(UInt32(2 * calls + first)), number: number, into: &outbound)
    calls += 1
  }

  /// Sends the calls whose time has come and comes back a little later. The connections are a
  /// fraction of an interval apart.
  private func callWhatIsDue(_ context: ChannelHandlerContext) {
    guard case .open(let callsPerSecond) = plan.pace, let begin else { return }
    let interval = 1e9 / callsPerSecond * Double(plan.connections)
    let offset = interval * Double(index) / Double(plan.connections)
    let now = context.eventLoop.now
    while calls - answers < LoadPlan.callsUnderWayMax {
      let due = begin + .nanoseconds(Int64(Double(calls) * interval + offset))
      if due > now { break }
      call(dueAt: due)
    }
    flush(context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    nextCall = context.eventLoop.scheduleTask(deadline: now + Self.tick) {
      let (connection, context) = bound.value
      connection.callWhatIsDue(context)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(unwrapInboundIn(data))
    let now = context.eventLoop.now
    while case .frame(let header, let data) = decoder.next() {
      // A Response without a status begins with its payload, field 2.
      let isStatus = data.getInteger(at: data.readerIndex, as: UInt8.self) == 0x0a
      answered(header, isFailure: header.type != .response || isStatus, now: now, context)
    }
  }

  private func answered(
    _ header: FrameHeader,
    isFailure: Bool,
    now: NIODeadline,
    _ context: ChannelHandlerContext
  ) {
    guard begin != nil else {
      if isFailure { recorder.greetingRefused() }
      return start(context)
    }
    let number = Int(header.streamID.rawValue / 2) - (plan.greeting == nil ? 0 : 1)
    // An answer to what was never asked is the server's fault and nobody's latency.
    guard number >= 0, number < calls else {
      return recorder.answered(after: .zero, isFailure: true)
    }
    answers += 1
    recorder.answered(after: now - dueAt[number % LoadPlan.callsUnderWayMax], isFailure: isFailure)
    if case .closed = plan.pace { call(dueAt: now) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush(context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func flush(_ context: ChannelHandlerContext) {
    if outbound.readableBytes == 0 { return }
    context.writeAndFlush(wrapOutboundOut(outbound), promise: nil)
    outbound.clear()
  }
}
