import NIOCore
import NIOEmbedded
import RPC
import Synchronization

/// A call that keeps what is said to it.
final class RecordedCall: ServerCall {
  private struct State {
    var said: [String] = []
    var credit = StreamCredit.available
    var onCredit: (@Sendable () -> Void)?
    var onEnd: [@Sendable () -> Void] = []
  }

  let loop: EmbeddedEventLoop
  private let state = Mutex(State())

  init(_ loop: EmbeddedEventLoop) { self.loop = loop }

  var eventLoop: any EventLoop { loop }
  /// The words of the call, in order.
  var said: [String] { state.withLock { $0.said } }

  /// What sending answers from now on.
  func setCredit(_ credit: StreamCredit) { state.withLock { $0.credit = credit } }

  func returnCredit() { state.withLock { $0.onCredit }?() }

  func end() {
    let callbacks = state.withLock { state in
      state.onCredit = nil
      defer { state.onEnd = [] }
      return state.onEnd
    }
    for callback in callbacks { callback() }
  }

  private func say(_ word: String) { state.withLock { $0.said.append(word) } }

  func respond(with message: some RPCMessage) {
    var buffer = ByteBuffer()
    try? message.encode(into: &buffer)
    say("respond \(String(buffer: buffer))")
  }

  func fail(with error: any Error) { say("fail \((error as? RPCError)?.message ?? "?")") }
  func finish() { say("finish") }

  var hasCredit: Bool { state.withLock { $0.credit == .available } }

  func send(_ message: some RPCMessage) -> StreamCredit {
    var buffer = ByteBuffer()
    try? message.encode(into: &buffer)
    return send(encoded: [buffer])
  }

  func send(encoded payload: ByteBuffer) -> StreamCredit { send(encoded: [payload]) }

  func send(encoded payloads: [ByteBuffer]) -> StreamCredit {
    for payload in payloads { say("send \(String(buffer: payload))") }
    return state.withLock { $0.credit }
  }

  func waitForCredit() async throws {}
  func onCredit(_ callback: @escaping @Sendable () -> Void) {
    state.withLock { $0.onCredit = callback }
  }
  func onEnd(_ callback: @escaping @Sendable () -> Void) {
    state.withLock { $0.onEnd.append(callback) }
  }
  func onDrain(_ callback: @escaping @Sendable () -> Void) {}
}

/// A text.
struct Word: RPCMessage, Hashable {
  var text: String

  init(_ text: String) { self.text = text }
  init(decoding payload: borrowing RawSpan) throws {
    text = payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    if text == "malformed" { throw Malformed() }
  }
  func encode(into buffer: inout ByteBuffer) throws { buffer.writeString(text) }
}

/// What decoding throws, as far as this package knows.
struct Malformed: Error {}
