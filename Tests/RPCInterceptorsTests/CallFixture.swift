import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization

/// Contexts of calls on one loop, made without a connection.
struct CallFixture: Sendable {
  let group = MultiThreadedEventLoopGroup.singleton
  let connection: ConnectionContext
  let unary = MethodDescriptor(service: "x.Chat", name: "Send", kind: .unary)
  let stream = MethodDescriptor(service: "x.Chat", name: "Watch", kind: .serverStreaming)

  init() {
    connection = ConnectionContext(eventLoop: group.next(), remoteAddress: "10.0.0.1:5")
  }

  var methods: [ServerMethod] {
    [
      .unary(unary, .inline { (_: Blank, _) in Blank() }),
      .serverStreaming(stream, .deferred { (_: Blank, _, _: PushStream<Blank>) in }),
    ]
  }

  func context(
    _ method: MethodDescriptor,
    deadline: NIODeadline? = nil,
    startedAt: NIODeadline = .uptimeNanoseconds(1_000_000_000)
  ) -> ServerContext {
    ServerContext(
      method: method,
      metadata: ["authorization": "Bearer secret-token"],
      deadline: deadline,
      connection: connection,
      startedAt: startedAt
    )
  }
}

struct Blank: RPCMessage {
  init() {}
  init(decoding payload: borrowing RawSpan) throws {}
  func encode(into buffer: inout ByteBuffer) throws {}
}

/// Keeps the lines of a log.
struct KeptLog: LogHandler {
  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  let lines: Lines
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    lines.add("\(event.message) \(fields.joined(separator: " "))")
  }
}
