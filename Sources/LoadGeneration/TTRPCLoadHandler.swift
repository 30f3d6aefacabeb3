import NIOCore
import TTRPCWire

/// One ttrpc connection of the load generator.
final class TTRPCLoadHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let plan: LoadPlan
  private let recorder: LoadRecorder
  /// Which of the connections this is, from 0.
  private let index: Int
  private var pacer: LoadPacer
  private var decoder = FrameDecoder()
  private let ticker: LoadTicker
  private var outbound = ByteBuffer()

  init(_ plan: LoadPlan, index: Int, _ recorder: LoadRecorder, _ ticker: LoadTicker) {
    self.plan = plan
    self.ticker = ticker
    self.index = index
    self.recorder = recorder
    pacer = LoadPacer(plan, index: index)
  }

  /// The greeting takes the first stream.
  private var firstStream: Int { plan.greeting == nil ? 1 : 3 }

  func channelActive(context: ChannelHandlerContext) {
    if let greeting = plan.greeting {
      greeting.write(StreamID(1), number: 0, into: &outbound)
    } else {
      begin(context)
    }
    flush(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ticker.remove(index)
    recorder.connectionLost()
  }

  private func begin(_ context: ChannelHandlerContext) {
    make(pacer.begin(at: context.eventLoop.now))
    if pacer.isOpen { keepLooking(context) }
  }

  private func make(_ calls: Range<Int>) {
    for call in calls {
      let number = UInt64(index) << 40 + UInt64(call)
      let id = StreamID(UInt32(2 * call + firstStream))
      plan.request.write(id, number: number, into: &outbound)
    }
  }

  private func keepLooking(_ context: ChannelHandlerContext) {
    ticker.add(index) { [self] in
      make(pacer.due(at: context.eventLoop.now))
      flush(context)
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
    guard pacer.hasBegun else {
      if isFailure { recorder.greetingRefused() }
      return begin(context)
    }
    let call = (Int(header.streamID.rawValue) - firstStream) / 2
    // An answer to what was never asked is the server's fault and nobody's latency.
    guard let (latency, next) = pacer.answered(call, at: now) else {
      return recorder.answered(after: .zero, isFailure: true)
    }
    recorder.answered(after: latency, isFailure: isFailure)
    make(next)
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
