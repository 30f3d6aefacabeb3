public import ProtobufSchema
public import RPC
import ServiceAPI

/// Asks a server by reflection what it serves.
public struct ReflectionClient<Transport: ClientTransport>: Sendable {
  private let transport: Transport
  private let options: CallOptions

  public init(_ transport: Transport, options: CallOptions = CallOptions()) {
    self.transport = transport
    self.options = options
  }

  /// The services that the server lists, and the types that they need.
  ///
  /// - Throws: `RPCError`, with UNIMPLEMENTED from a server without reflection; `SchemaError` when
  ///   what it sends is not a schema.
  public func schema() async throws -> Schema {
    do {
      return try await schema(ServerReflectionMethods.serverReflectionInfo)
    } catch let error as RPCError where error.code == .unimplemented || error.code == .notFound {
      return try await schema(OlderReflection.method)
    }
  }

  private func schema(_ method: MethodDescriptor) async throws -> Schema {
    let (questions, ask) = AsyncStream<ServerReflectionRequest>.makeStream()
    // However this ends, the stream ends with it.
    defer { ask.finish() }
    let answers: MessageStream<ServerReflectionResponse> = try await transport.bidirectional(
      method,
      options: options
    ) { writer in
      for await question in questions { try await writer.write(question) }
    }
    var conversation = Conversation(ask: { ask.yield($0) }, answers: answers.makeAsyncIterator())
    return try await conversation.schema()
  }

  /// Questions and answers on one stream, in turn.
  private struct Conversation {
    let ask: (ServerReflectionRequest) -> Void
    var answers: MessageStream<ServerReflectionResponse>.Iterator
    private var files: [SchemaCatalog.File] = []
    private var names: Set<String> = []

    init(
      ask: @escaping (ServerReflectionRequest) -> Void,
      answers: MessageStream<ServerReflectionResponse>.Iterator
    ) {
      self.ask = ask
      self.answers = answers
    }

    mutating func schema() async throws -> Schema {
      let services = try await services()
      for service in services {
        // A server may list what it cannot describe.
        try await addFiles(.fileContainingSymbol(service))
      }
      var next = 0
      while next < files.count {
        for name in files[next].imports where !names.contains(name) {
          try await addFiles(.fileByFilename(name))
          names.insert(name)
        }
        next += 1
      }
      // A file that is imported may declare services that nobody serves here.
      return Schema(SchemaCatalog(files), served: Set(services))
    }

    private mutating func services() async throws -> [String] {
      switch try await answer(to: .listServices("")) {
      case .listServicesResponse(let list): return list.service.map(\.name)
      case .errorResponse(let error):
        throw RPCError(StatusCode(rawValue: error.errorCode), error.errorMessage)
      default: throw SchemaError("the server answers a question that was not asked")
      }
    }

    private mutating func addFiles(
      _ question: ServerReflectionRequest.MessageRequest
    ) async throws {
      guard case .fileDescriptorResponse(let answer) = try await answer(to: question) else {
        return
      }
      for bytes in answer.fileDescriptorProto {
        let file = try SchemaCatalog.File(bytes: bytes)
        guard names.insert(file.name).inserted else { continue }
        guard files.count < filesMax else {
          throw SchemaError("the server describes itself in more than \(filesMax) files")
        }
        files.append(file)
      }
    }

    private mutating func answer(
      to question: ServerReflectionRequest.MessageRequest
    ) async throws -> ServerReflectionResponse.MessageResponse? {
      ask(ServerReflectionRequest(messageRequest: question))
      guard let response = try await answers.next() else {
        throw RPCError(.unavailable, "the server ended reflection without an answer")
      }
      return response.messageResponse
    }
  }
}

/// More than any server has; a hostile one must not fill our memory.
private let filesMax = 2_000
