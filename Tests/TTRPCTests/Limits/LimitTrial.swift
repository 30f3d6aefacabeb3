import NIOCore
import RPC
import TTRPC

/// How a limit is reached.
struct LimitTrial: Sendable {
  /// What happened.
  enum Outcome: Equatable, Sendable {
    /// Nothing that would not happen without the limit.
    case nothing
    case closed
    case refused(StatusCode)
    /// What the peer sends is not read.
    case heldBack
    /// It is asked whether it is there.
    case asked
    /// It has to wait until somebody else has gone.
    case waits
    /// Its deadline is earlier than it said.
    case cut
  }

  /// What documentation promises for going beyond the limit.
  let outcome: Outcome
  /// Small limits, so that little is needed.
  private let configure: @Sendable (inout ServerConfiguration, _ excess: Int) -> Void
  /// Does as much as the limit allows and `excess` more, which is 0 or 1, and says what came of it.
  let run: @Sendable (Stage, _ excess: Int) throws -> Outcome

  init(
    _ outcome: Outcome,
    _ limits: [ServerLimit: Int],
    _ run: @escaping @Sendable (Stage, Int) throws -> Outcome
  ) {
    self.outcome = outcome
    configure = { configuration, _ in
      for (limit, value) in limits { configuration[limit] = value }
    }
    self.run = run
  }

  /// For a limit that is lowered by what would be too much.
  init(
    _ outcome: Outcome,
    lowering configure: @escaping @Sendable (inout ServerConfiguration, Int) -> Void,
    _ run: @escaping @Sendable (Stage, Int) throws -> Outcome
  ) {
    self.outcome = outcome
    self.configure = configure
    self.run = run
  }

  /// What a trial has to work with.
  struct Stage {
    let test: ServerOnTestLoop
    /// Streams of `Push` that are open.
    let streams: Box<[PushStream<Bytes>]>

    func peer() throws -> PeerOnTestLoop { try test.peer() }

    /// A peer that has agreed on the extensions on stream 1.
    func negotiated(window: UInt64 = 1_000) throws -> PeerOnTestLoop {
      let peer = try test.peer()
      peer.negotiate(window: window)
      return peer
    }
  }

  func stage(_ excess: Int) throws -> Stage {
    var configuration = ServerConfiguration()
    configure(&configuration, excess)
    let streams = Box<[PushStream<Bytes>]>([])
    let test = try ServerOnTestLoop(Self.methods(streams), configuration)
    return Stage(test: test, streams: streams)
  }

  private static func methods(_ streams: Box<[PushStream<Bytes>]>) -> [ServerMethod] {
    let replies = Box<[Reply<Bytes>]>([])
    return [
      .unary("Echo", .inline { request, _ in request }),
      // Answers never.
      .unary("Hold", .deferred { _, _, reply in replies.change { $0.append(reply) } }),
      // Reads never.
      .clientStream(
        "Sink",
        .async { _, _ in
          await untilCancelled()
          return Bytes()
        }
      ),
      .stream("Push", .deferred { _, _, stream in streams.change { $0.append(stream) } }),
      .unary(
        "Claim",
        .inline { _, context in
          try context.connection.claim(for: "user")
          return Bytes()
        }
      ),
    ]
  }
}

extension PeerOnTestLoop {
  /// What a call has come to.
  func outcome(_ id: UInt32) -> LimitTrial.Outcome {
    code(id).map { .refused($0) } ?? .nothing
  }

  /// Whether it was closed.
  var outcome: LimitTrial.Outcome { isOpen ? .nothing : .closed }

  /// Whether another call is read.
  func readOutcome(_ id: UInt32) -> LimitTrial.Outcome {
    call("Echo", id)
    return isServed(id) ? .nothing : .heldBack
  }
}
