import NIOCore
import ProtobufC
import RPC
import Synchronization
import TTRPC
import WardlineAPI
import WardlineClient

/// A server without a socket: each subscription to it plays the next scene.
final class StandInServer: Sendable {
  /// What a subscription gets, and how it ends. nil: it stays open.
  struct Scene: Sendable {
    var responses: [SubscribeResponse] = []
    var ending: Result<Void, any Error>? = .failure(RPCError(.unavailable, "lost"))
    /// Why there is no subscription at all.
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

  /// A channel that asks its clock for nothing but the watch over silence.
  func channel(clock: any Clock<Duration>) -> ClientChannel {
    var configuration = ClientChannelConfiguration()
    configuration.connectTimeout = .seconds(1_000)
    return ClientChannel(configuration: configuration, clock: clock) { Connection(self) }
  }

  private func play() throws -> Scene {
    let scene = state.withLock { $0.scenes.popFirst() } ?? Scene(ending: nil)
    if let refusal = scene.refusal { throw refusal }
    return scene
  }

  final class Connection: ChannelConnection {
    private struct State {
      var queues: [PayloadQueue] = []
      var isOpen = true
    }

    private let server: StandInServer
    private let state = Mutex(State())
    private let stream: AsyncStream<ConnectionEvent>
    private let feed: AsyncStream<ConnectionEvent>.Continuation

    init(_ server: StandInServer) {
      self.server = server
      (stream, feed) = AsyncStream<ConnectionEvent>.makeStream()
    }

    var isAcceptingCalls: Bool { state.withLock { $0.isOpen } }

    func events() -> AsyncStream<ConnectionEvent> { stream }

    func close() async {
      let queues = state.withLock { state -> [PayloadQueue]? in
        if !state.isOpen { return nil }
        state.isOpen = false
        return state.queues
      }
      guard let queues else { return }
      server.state.withLock { $0.closed += 1 }
      for queue in queues {
        queue.end(.failure(RPCError(.cancelled, "the connection was closed by this client")))
      }
      feed.yield(.closed)
      feed.finish()
    }

    func serverStreaming<Input: RPCMessage, Output: RPCMessage>(
      _ method: MethodDescriptor,
      _ request: Input,
      options: CallOptions
    ) async throws -> MessageStream<Output> {
      let scene = try server.play()
      if let request = request as? SubscribeRequest {
        server.state.withLock { $0.requests.append(request) }
      }
      let queue = PayloadQueue(reportAfter: 1 << 20, onConsumed: { _ in }, onAbandoned: {})
      for response in scene.responses {
        var payload = ByteBuffer()
        try response.encode(into: &payload)
        _ = queue.push(payload)
      }
      if let ending = scene.ending { queue.end(ending) }
      state.withLock { $0.queues.append(queue) }
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
