import NIOCore
import ProtobufC
import RPC
import Synchronization
import WardlineAPI

/// A server without a socket that is a list of answers: each call takes the next.
final class ScriptedTransport: ClientTransport {
  /// What a call gets.
  enum Answer: Sendable {
    case send(messageID: String)
    case attachment(Attachment)
    case chunks([DownloadAttachmentResponse], RPCError?)
    case error(RPCError)
    /// The call never ends by itself.
    case never
  }

  private struct State {
    var answers: ArraySlice<Answer>
    var sends: [SendMessageRequest] = []
    var parts: [[UploadAttachmentRequest]] = []
    var downloads: [DownloadAttachmentRequest] = []
  }

  private let state: Mutex<State>

  init(_ answers: [Answer]) {
    state = Mutex(State(answers: answers[...]))
  }

  var sends: [SendMessageRequest] { state.withLock { $0.sends } }
  var uploads: [[UploadAttachmentRequest]] { state.withLock { $0.parts } }
  var downloads: [DownloadAttachmentRequest] { state.withLock { $0.downloads } }

  private func next() async throws -> Answer {
    switch state.withLock({ $0.answers.popFirst() }) ?? .never {
    case .error(let error): throw error
    case .never:
      try await Self.untilCancelled()
      throw CancellationError()
    case let answer: return answer
    }
  }

  private static func untilCancelled() async throws {
    let stream = AsyncStream<Void> { _ in }
    for await _ in stream {}
    try Task.checkCancellation()
  }

  func unary<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> Output {
    if let request = request as? SendMessageRequest {
      state.withLock { $0.sends.append(request) }
    }
    switch try await next() {
    case .send(let id): return try Self.cast(SendMessageResponse(messageID: id))
    case .attachment(let attachment):
      return method === AttachmentsMethods.start
        ? try Self.cast(StartAttachmentResponse(attachment: attachment))
        : try Self.cast(GetAttachmentResponse(attachment: attachment))
    default: throw RPCError.unimplemented("another answer was due")
    }
  }

  func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> Output {
    let index = state.withLock { state in
      state.parts.append([])
      return state.parts.count - 1
    }
    try await send(
      ClientStreamWriter { message in
        guard let part = message as? UploadAttachmentRequest else { return }
        self.state.withLock { $0.parts[index].append(part) }
      }
    )
    guard case .attachment(let attachment) = try await next() else {
      throw RPCError.unimplemented("another answer was due")
    }
    return try Self.cast(UploadAttachmentResponse(attachment: attachment))
  }

  func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    _ request: Input,
    options: CallOptions
  ) async throws -> MessageStream<Output> {
    if let request = request as? DownloadAttachmentRequest {
      state.withLock { $0.downloads.append(request) }
    }
    guard case .chunks(let chunks, let error) = try await next() else {
      throw RPCError.unimplemented("another answer was due")
    }
    let queue = PayloadQueue(reportAfter: 1 << 20, onConsumed: { _ in }, onAbandoned: {})
    for chunk in chunks {
      var payload = ByteBuffer()
      try chunk.encode(into: &payload)
      queue.push(payload)
    }
    queue.end(error.map { .failure($0) } ?? .success(()))
    return MessageStream(queue)
  }

  func bidirectional<Input: RPCMessage, Output: RPCMessage>(
    _ method: MethodDescriptor,
    options: CallOptions,
    send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
  ) async throws -> MessageStream<Output> {
    throw RPCError.unimplemented("no such calls here")
  }

  private static func cast<Output: RPCMessage>(_ message: some RPCMessage) throws -> Output {
    var payload = ByteBuffer()
    try message.encode(into: &payload)
    return try Output(decoding: payload.readableBytesSpan)
  }
}
