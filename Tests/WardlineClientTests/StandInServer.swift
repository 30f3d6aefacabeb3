import NIOCore
import ProtobufC
import RPC
import Synchronization
import WardlineAPI
import WardlineClient

/// A server without a socket: each connection to it plays the next scene.
final class StandInServer: Sendable {
  /// What one connection sends on a subscription, and how it ends. nil: it stays open.
  struct Scene: Sendable {
    var responses: [SubscribeResponse] = []
    var ending: Result<Void, RPCError>? = .failure(RPCError(.unavailable, "lost"))
    /// Why there is no connection at all.
    var refusal: RPCError?
  }

  private struct State {
    var scenes: ArraySlice<Scene>
    var requests: [SubscribeRequest] = []
    var closed = 0
  }

  private let state: Mutex<State>

  init(_ scenes: [Scene]) {
    state = Mutex(State(scenes: scenes[...]))
  }

  /// The subscriptions that were asked for.
  var requests: [SubscribeRequest] { state.withLock { $0.requests } }
  /// How many connections the client has closed.
  var closed: Int { state.withLock { $0.closed } }

  var link: ServerLink { ServerLink { try self.connect() } }

  private func connect() throws -> any ServerConnection {
    let scene = state.withLock { $0.scenes.popFirst() } ?? Scene(ending: nil)
    if let refusal = scene.refusal { throw refusal }
    return Connection(server: self, scene: scene)
  }

  final class Connection: ServerConnection {
    private let server: StandInServer
    private let scene: Scene
    private let queue: PayloadQueue
    private let isOpen = Atomic(true)

    init(server: StandInServer, scene: Scene) {
      self.server = server
      self.scene = scene
      queue = PayloadQueue(reportAfter: 1 << 20, onConsumed: { _ in }, onAbandoned: {})
    }

    var isActive: Bool { isOpen.load(ordering: .relaxed) }

    func close() async {
      guard isOpen.exchange(false, ordering: .relaxed) else { return }
      server.state.withLock { $0.closed += 1 }
      queue.end(.failure(RPCError(.cancelled, "the connection was closed by this client")))
    }

    func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
      _ method: MethodDescriptor,
      _ request: Input,
      options: CallOptions
    ) async throws -> MessageStream<Output> {
      if let request = request as? SubscribeRequest {
        server.state.withLock { $0.requests.append(request) }
      }
      for response in scene.responses {
        var payload = ByteBuffer()
        try response.encode(into: &payload)
        _ = queue.push(payload)
      }
      if let ending = scene.ending {
        queue.end(ending)
        isOpen.store(false, ordering: .relaxed)
      }
      return MessageStream(queue)
    }

    func unary<Input: RPCMessage, Output: RPCMessage>(
      _ method: MethodDescriptor,
      _ request: Input,
      options: CallOptions
    ) async throws -> Output {
      throw RPCError.unimplemented("no calls here")
    }

    func clientStreaming<Input: RPCMessage, Output: RPCMessage>(
      _ method: MethodDescriptor,
      options: CallOptions,
      send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
    ) async throws -> Output {
      throw RPCError.unimplemented("no streams here")
    }

    func bidirectional<Input: RPCMessage, Output: RPCMessage>(
      _ method: MethodDescriptor,
      options: CallOptions,
      send: @escaping @Sendable (ClientStreamWriter<Input>) async throws -> Void
    ) async throws -> MessageStream<Output> {
      throw RPCError.unimplemented("no streams here")
    }
  }
}

extension SubscribeResponse {
  static func event(_ number: Int) -> SubscribeResponse {
    SubscribeResponse(
      cursor: "c\(number)",
      body: .event(Event(conversationID: "k", occurredAtMs: Int64(number)))
    )
  }

  static func heartbeat(_ cursor: String, caughtUp: Bool) -> SubscribeResponse {
    SubscribeResponse(cursor: cursor, body: .heartbeat(Heartbeat(caughtUp: caughtUp)))
  }
}
