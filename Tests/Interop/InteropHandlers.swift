import InteropAPI
import NIOCore
import RPC

/// The calls of `Interop`, which do what each request asks for.
struct InteropHandlers: InteropAsyncService {
  let board: OutcomeBoard

  func emptyCall(_ request: Empty, context: ServerContext) async throws -> Empty { Empty() }

  func unaryCall(_ request: SimpleRequest, context: ServerContext) async throws -> SimpleResponse {
    try await board.noting(request.tag) {
      try await context.eventLoop.wait(milliseconds: request.delayMs)
      try Self.end(request.responseStatus)
      var response = SimpleResponse()
      response.payload = Array(repeating: 0, count: Int(request.responseSize))
      response.metadata = Self.echo(request.echoMetadata, of: context.metadata)
      if request.fillUsername { response.username = try Self.user(context.metadata) }
      return response
    }
  }

  func streamingOutputCall(
    _ request: StreamingOutputRequest,
    context: ServerContext,
    responses: StreamWriter<StreamingOutputResponse>
  ) async throws {
    try await board.noting(request.tag) {
      try await answer(request, context, responses)
    }
  }

  func streamingInputCall(
    _ requests: MessageStream<StreamingInputRequest>,
    context: ServerContext
  ) async throws -> StreamingInputResponse {
    let iterator = requests.makeAsyncIterator()
    guard let first = try await iterator.next() else { return StreamingInputResponse() }
    var response = StreamingInputResponse()
    response.aggregatedSize = UInt64(first.payload.count)
    return try await board.noting(first.tag) {
      while let request = try await iterator.next() {
        response.aggregatedSize += UInt64(request.payload.count)
      }
      return response
    }
  }

  func fullDuplexCall(
    _ requests: MessageStream<StreamingOutputRequest>,
    context: ServerContext,
    responses: StreamWriter<StreamingOutputResponse>
  ) async throws {
    let iterator = requests.makeAsyncIterator()
    guard let first = try await iterator.next() else { return }
    try await board.noting(first.tag) {
      try await answer(first, context, responses)
      while let request = try await iterator.next() {
        try await answer(request, context, responses)
      }
    }
  }

  func unimplementedCall(_ request: Empty, context: ServerContext) async throws -> Empty {
    throw RPCError.unimplemented("no server serves this")
  }

  /// All methods but the one that no server has.
  var servedMethods: [ServerMethod] {
    methods.filter { $0.descriptor !== InteropMethods.unimplementedCall }
  }

  private func answer(
    _ request: StreamingOutputRequest,
    _ context: ServerContext,
    _ responses: StreamWriter<StreamingOutputResponse>
  ) async throws {
    try Self.end(request.responseStatus)
    for parameters in request.responses {
      try await context.eventLoop.wait(milliseconds: parameters.delayMs)
      var response = StreamingOutputResponse()
      response.payload = Array(repeating: 0, count: Int(parameters.size))
      response.metadata = Self.echo(request.echoMetadata, of: context.metadata)
      try await responses.write(response)
    }
  }

  private static func end(_ status: EchoStatus?) throws {
    guard let status, status.code != 0 else { return }
    throw RPCError(StatusCode(rawValue: status.code), status.message)
  }

  private static func echo(_ keys: [String], of metadata: Metadata) -> [MetadataEntry] {
    keys.compactMap { key in
      metadata.first(key).map { MetadataEntry(key: key, value: $0) }
    }
  }

  /// The user of a token that these tests made up: `Bearer interop-` and the name.
  private static func user(_ metadata: Metadata) throws -> String {
    let prefix = "Bearer interop-"
    guard let value = metadata.first("authorization"), value.hasPrefix(prefix) else {
      throw RPCError(.unauthenticated, "this call needs a token")
    }
    return String(value.dropFirst(prefix.count))
  }
}

extension EventLoop {
  /// Returns after that time, or throws at once when the task is cancelled.
  func wait(milliseconds: UInt32) async throws {
    if milliseconds == 0 { return }
    let timer = scheduleTask(in: .milliseconds(Int64(milliseconds))) {}
    try await withTaskCancellationHandler {
      try await timer.futureResult.get()
    } onCancel: {
      timer.cancel()
    }
  }
}
