import LoadGeneration
import NIOCore
import NIOPosix
import ProtobufC
import Synchronization
import TTRPC
import TTRPCWire
import WardlineAPI

/// A subscriber that notes how long each message took from its sender, and whether any is missing.
/// Its socket can be left unread.
final class TimedSubscriber: Sendable {
  struct Notes: Sendable {
    var isLive = false
    var lastSequence: Int64 = 0
    var isWhole = true
    /// Of each message since they were last taken, in microseconds.
    var latencies: [UInt32] = []
  }

  private let channel: any Channel
  private let notes: Notepad

  private final class Notepad: Sendable {
    let value = Mutex(Notes())
  }

  init(to host: String, _ port: Int) async throws {
    let notes = Notepad()
    let subscription = try Self.subscription()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Reader(notes, subscription))
        }
      }
      .connect(host: host, port: port).get()
    try await channel.writeAndFlush(try Self.greeting())
    self.notes = notes
  }

  private static func greeting() throws -> ByteBuffer {
    let request = AuthenticateRequest(token: ChatBench.recipient)
    return try RequestFrame.unary(SessionMethods.authenticate, request, id: 1)
  }

  private static func subscription() throws -> ByteBuffer {
    try RequestFrame.serverStream(EventsMethods.subscribe, SubscribeRequest(), id: 3)
  }

  var isLive: Bool { notes.value.withLock { $0.isLive } }
  var isWhole: Bool { notes.value.withLock { $0.isWhole } }
  var lastSequence: Int64 { notes.value.withLock { $0.lastSequence } }

  func takeLatencies() -> [UInt32] {
    notes.value.withLock { notes in
      defer { notes.latencies = [] }
      return notes.latencies
    }
  }

  func reads(_ isReading: Bool) async throws {
    try await channel.setOption(.autoRead, value: isReading).get()
  }

  func close() async { try? await channel.close() }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let notes: Notepad
    /// What is asked for once it is known who asks.
    private var subscription: ByteBuffer?
    private var decoder = FrameDecoder()

    init(_ notes: Notepad, _ subscription: ByteBuffer) {
      self.notes = notes
      self.subscription = subscription
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let now = NIODeadline.now().uptimeNanoseconds
      decoder.append(Self.unwrapInboundIn(data))
      while case .frame(let header, let data) = decoder.next() {
        guard header.type == .data else {
          answered(context)
          continue
        }
        let response = data.withUnsafeReadableBytes { try? SubscribeResponse(decoding: $0.bytes) }
        if let response { notes.value.withLock { $0.note(response, at: now) } }
      }
    }

    /// The first answer is that of the greeting; another one ends the subscription.
    private func answered(_ context: ChannelHandlerContext) {
      if let subscription {
        context.writeAndFlush(NIOAny(subscription), promise: nil)
        self.subscription = nil
      } else {
        context.close(promise: nil)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      notes.value.withLock { $0.isWhole = false }
    }
  }
}

extension TimedSubscriber.Notes {
  fileprivate mutating func note(_ response: SubscribeResponse, at now: UInt64) {
    isLive = true
    guard case .event(let event) = response.body, case .messageCreated(let message) = event.change
    else { return }
    if lastSequence > 0 && message.sequence != lastSequence + 1 { isWhole = false }
    lastSequence = message.sequence
    guard let sentAt = message.content.split(separator: " ").first.flatMap({ UInt64($0) }) else {
      return
    }
    latencies.append(UInt32(clamping: (now - min(now, sentAt)) / 1_000))
  }
}
