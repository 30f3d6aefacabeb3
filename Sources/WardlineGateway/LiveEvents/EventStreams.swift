import HTTPTypes
import RPC
import ServerEngine
import Synchronization

/// The event streams that are open, of each user not more than there may be. Services, which act for
/// many, may have any number.
final class EventStreams: Sendable {
  /// How a stream is read.
  enum Kind: String, Sendable, CaseIterable {
    case serverSent = "stream"
    case webSocket = "socket"
    case longPoll = "poll"
  }

  let perUserMax: Int
  fileprivate let users: UserConnections
  fileprivate let metrics: GatewayMetrics

  init(perUserMax: Int, _ metrics: GatewayMetrics) {
    self.perUserMax = perUserMax
    self.metrics = metrics
    users = UserConnections(max: perUserMax)
  }

  /// One that is about to be opened. It counts for as long as it is kept.
  func open(_ kind: Kind) -> OpenStream { OpenStream(kind, self) }
}

/// An event stream, counted among those of its user as soon as it is known who that is.
final class OpenStream: Sendable {
  private let kind: EventStreams.Kind
  private let streams: EventStreams
  private let state = Mutex(State())

  private struct State {
    var user: String?
    var isRefused = false
  }

  fileprivate init(_ kind: EventStreams.Kind, _ streams: EventStreams) {
    self.kind = kind
    self.streams = streams
    streams.metrics.streamOpened(kind)
  }

  deinit {
    if let user = state.withLock({ $0.user }) { streams.users.release(user) }
    streams.metrics.streamClosed(kind)
  }

  /// Counts the stream for a user, unless there are as many as there may be.
  func claim(for user: String) -> Bool {
    let isCounted = streams.users.claim(user)
    state.withLock { state in
      if isCounted { state.user = user } else { state.isRefused = true }
    }
    if !isCounted { streams.metrics.limitReached(.eventStreamsPerUser) }
    return isCounted
  }

  /// Why the stream was not opened, when it was one too many.
  var refusal: Problem? {
    guard state.withLock({ $0.isRefused }) else { return nil }
    return Problem(
      .tooManyRequests,
      "RESOURCE_EXHAUSTED",
      "this user has \(streams.perUserMax) event streams open, as many as there may be; close one",
      headers: [.retryAfter: "5"]
    )
  }
}
