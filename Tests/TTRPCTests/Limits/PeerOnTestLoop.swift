import NIOCore
import NIOEmbedded
import RPC
import TTRPCWire
import Testing

/// The client of a connection without sockets. What it sends is handled before `send` returns.
final class PeerOnTestLoop {
  let channel: EmbeddedChannel
  private var decoder = FrameDecoder()
  private var received: [RawPeer.Frame] = []

  init(_ channel: EmbeddedChannel) {
    self.channel = channel
  }

  deinit {
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  var isOpen: Bool { channel.isActive }

  func close() {
    channel.close(promise: nil)
    channel.embeddedEventLoop.run()
  }

  func send(_ bytes: ByteBuffer) {
    // A channel that was closed takes nothing, which is no fault of the test.
    _ = try? channel.writeInbound(bytes)
    channel.embeddedEventLoop.run()
  }

  /// Sends a call.
  func call(_ method: String, _ id: UInt32, timeoutNanoseconds: Int64 = 0) {
    send(RequestBytes(method: method, timeoutNanoseconds: timeoutNanoseconds).frame(id))
  }

  /// Opens a stream on which the client sends too.
  func open(_ method: String, _ id: UInt32) {
    send(RequestBytes(method: method, flags: .remoteOpen).frame(id))
  }

  /// Sends a message of so many bytes.
  func message(_ id: UInt32, _ byteCount: Int) {
    send(.frame(id, .data, [], ByteBuffer(repeating: 1, count: byteCount)))
  }

  /// Agrees on the extensions, on stream 1.
  ///
  /// - Parameter window: bytes that the client takes on a stream before it grants more.
  func negotiate(window: UInt64 = 1_000) {
    send(.negotiation(window: window))
  }

  func ping() {
    send(.frame(0, .ping, [], ByteBuffer(integer: UInt64(7))))
  }

  /// Leaves as much unread as may wait, or takes it.
  func reads(_ isReading: Bool) {
    channel.isWritable = isReading
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
  }

  /// Everything that was received.
  var frames: [RawPeer.Frame] {
    channel.embeddedEventLoop.run()
    while let bytes = try? channel.readOutbound(as: ByteBuffer.self) { decoder.append(bytes) }
    take()
    return received
  }

  private func take() {
    while case .frame(let header, let data) = decoder.next() {
      received.append(RawPeer.Frame(header: header, data: data))
    }
  }

  func frames(of id: UInt32) -> [RawPeer.Frame] {
    frames.filter { $0.header.streamID.rawValue == id }
  }

  /// Whether a call was answered well.
  func isServed(_ id: UInt32) -> Bool {
    frames(of: id).contains { $0.header.type == .response && $0.status == nil }
  }

  /// The error that a call was answered with.
  func code(_ id: UInt32) -> StatusCode? {
    frames(of: id).compactMap { $0.status?.code }.first
  }
}
