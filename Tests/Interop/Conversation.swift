import InteropAPI
import RPC
import TTRPC

/// A FullDuplexCall of which one task says when to write and when to read.
struct Conversation {
  private let requests: AsyncStream<StreamingOutputRequest>.Continuation
  private let responses: MessageStream<StreamingOutputResponse>.Iterator

  init(
    on connection: ClientConnection,
    _ options: CallOptions = InteropRun.patience
  ) async throws {
    let (stream, requests) = AsyncStream.makeStream(of: StreamingOutputRequest.self)
    self.requests = requests
    responses = try await InteropClient(connection).fullDuplexCall(options: options) { writer in
      for await request in stream { try await writer.write(request) }
    }.makeAsyncIterator()
  }

  func say(_ request: StreamingOutputRequest) { requests.yield(request) }

  func finish() { requests.finish() }

  /// - Throws: `RPCError` with the status that ended the call.
  func nextResponse() async throws -> StreamingOutputResponse? {
    try await responses.next(isolation: nil)
  }
}
