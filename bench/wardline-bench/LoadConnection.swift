import NIOCore
import Synchronization
import TTRPCWire

/// One connection of the load generator: every answer is followed by the next call.
final class LoadConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let template: FrameTemplate
  private let greeting: FrameTemplate?
  private let inFlight: Int
  private let counts: LoadCounts
  private var decoder = FrameDecoder()
  private var nextID: UInt32 = 1
  private var nextNumber: UInt64
  private var isGreeted = false
  private var outbound = ByteBuffer()

  init(
    _ template: FrameTemplate,
    greeting: FrameTemplate?,
    inFlight: Int,
    firstNumber: UInt64,
    _ counts: LoadCounts
  ) {
    self.template = template
    self.greeting = greeting
    self.inFlight = inFlight
    self.counts = counts
    nextNumber = firstNumber
  }

  func channelActive(context: ChannelHandlerContext) {
    if let greeting {
      send(greeting)
    } else {
      begin()
    }
    flush(context)
  }

  private func begin() {
    isGreeted = true
    for _ in 0..<inFlight { send(template) }
  }

  private func send(_ template: FrameTemplate) {
    template.write(StreamID(nextID), number: nextNumber, into: &outbound)
    nextID += 2
    nextNumber += 1
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(unwrapInboundIn(data))
    var answers = 0
    while case .frame(let header, let data) = decoder.next() {
      // A Response without a status begins with its payload, field 2.
      let isFailure = data.getInteger(at: data.readerIndex, as: UInt8.self) == 0x0a
      if header.type != .response || isFailure { counts.failures.add(1, ordering: .relaxed) }
      answers += 1
    }
    if !isGreeted {
      if answers > 0 { begin() }
      return
    }
    counts.answers.add(answers, ordering: .relaxed)
    for _ in 0..<answers { send(template) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush(context)
  }

  private func flush(_ context: ChannelHandlerContext) {
    if outbound.readableBytes == 0 { return }
    context.writeAndFlush(wrapOutboundOut(outbound), promise: nil)
    outbound.clear()
  }
}
