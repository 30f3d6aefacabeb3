import ChatModel
import ChatService
import NIOCore
import ProtobufC
import RPC
import Synchronization
import WardlineAPI

/// One subscription on its stream: events as messages of the wire, heartbeats, and the end when
/// the session is over.
///
/// Everything happens on the stream's loop; the lock only proves it to the compiler.
final class SubscriptionFeed: SubscriptionSink {
  /// How often something comes when nothing happens, and when it ends by itself.
  struct Pace {
    var heartbeat: TimeAmount
    /// Nil for a subscription that lasts as long as its reader.
    var poll: Poll?
  }

  /// Ends once it has caught up and has sent something, or has waited for that.
  struct Poll {
    var wait: TimeAmount
    /// The most events that are sent. What is of the moment does not count, so that a poll goes on.
    var limit: Int
  }

  private struct State {
    var subscription: Subscription?
    var timer: RepeatedTask?
    var lastSent: NIODeadline
    var hasCaughtUp = false
    /// Events that were sent.
    var eventCount = 0
    /// Whether anything was sent beside heartbeats.
    var hasAnswered = false
    /// The end of a poll that waits.
    var patience: Scheduled<Void>?
    /// Whether the reader takes more. One who does not gets no heartbeats on top.
    var hasCredit = true
    /// `Sessions.endings` when the session was last found to be current.
    var endings: Int
  }

  private let stream: PushStream<SubscribeResponse>
  private let log: LogID
  private let caller: ChatService.Principal
  private let pace: Pace
  private let sessions: Sessions
  private let now: @Sendable () -> Timestamp
  /// When the session expires, by the clock of the loop.
  private let expiry: NIODeadline
  private let state: Mutex<State>

  init(
    _ stream: PushStream<SubscribeResponse>,
    log: LogID,
    _ caller: ChatService.Principal,
    _ pace: Pace,
    sessions: Sessions,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.stream = stream
    self.log = log
    self.caller = caller
    self.pace = pace
    self.sessions = sessions
    self.now = now
    let remaining = max(0, min(caller.expiresAt.milliseconds &- now().milliseconds, Self.dayMax))
    expiry = stream.eventLoop.now + .milliseconds(remaining)
    state = Mutex(State(lastSent: stream.eventLoop.now, endings: sessions.endings))
  }

  /// Opens the subscription and keeps it until the stream ends.
  func start(_ open: (any SubscriptionSink) -> Subscription) {
    let subscription = open(self)
    state.withLock { $0.subscription = subscription }
    sendHeartbeat()
    stream.onCredit {
      self.state.withLock { $0.hasCredit = true }
      subscription.creditReturned()
    }
    // A heartbeat is late by one look at most.
    let interval = min(.nanoseconds(pace.heartbeat.nanoseconds / 4), Self.sessionCheckInterval)
    let timer = stream.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) {
      _ in self.tick()
    }
    state.withLock { $0.timer = timer }
    stream.onDrain { self.end(.serverIsStopping) }
    // At once, if the stream has ended meanwhile.
    stream.onEnd { self.stop() }
  }

  private func stop() {
    let (subscription, timer, patience) = state.withLock { state in
      (state.subscription.take(), state.timer.take(), state.patience.take())
    }
    subscription?.end()
    timer?.cancel()
    patience?.cancel()
  }

  // MARK: SubscriptionSink

  func send(_ event: LiveEvent) -> Bool {
    guard isCurrent() else {
      end(.sessionOver)
      return false
    }
    do {
      let encoded = try event.encoded { event in
        var buffer = ByteBuffer()
        let cursor = Cursor(log: log, position: event.position)
        try SubscribeResponse(cursor: cursor.description, body: .event(.init(event)))
          .encode(into: &buffer)
        return buffer
      }
      return noteAnswer(stream.send(encoded: encoded), isEvent: true)
    } catch {
      stream.fail(error)
      return false
    }
  }

  func send(_ ephemeral: LiveEphemeral, at position: EventPosition) -> Bool {
    do {
      let encoded = try ephemeral.encoded(at: position) { content in
        var buffer = ByteBuffer()
        let cursor = Cursor(log: log, position: position)
        try SubscribeResponse(cursor: cursor.description, body: .init(content)).encode(
          into: &buffer
        )
        return buffer
      }
      return noteAnswer(stream.send(encoded: encoded), isEvent: false)
    } catch {
      stream.fail(error)
      return false
    }
  }

  func caughtUp() {
    let (isFirstTime, hasAnswered) = state.withLock { state in
      defer { state.hasCaughtUp = true }
      return (!state.hasCaughtUp, state.hasAnswered)
    }
    guard isFirstTime else { return }
    sendHeartbeat()
    guard let poll = pace.poll else { return }
    if hasAnswered || poll.wait == .zero { return stream.finish() }
    let patience = stream.eventLoop.scheduleTask(in: poll.wait) { self.stream.finish() }
    state.withLock { $0.patience = patience }
  }

  func failed(_ error: ChatError) {
    end(RPCError(error))
  }

  // MARK: Time

  /// Whether the session is not over. Cheap while nobody's is ended before its time.
  private func isCurrent() -> Bool {
    let endings = sessions.endings
    if stream.eventLoop.now < expiry, state.withLock({ $0.endings == endings }) { return true }
    guard sessions.isCurrent(caller) else { return false }
    state.withLock { $0.endings = endings }
    return true
  }

  private func tick() {
    guard sessions.isCurrent(caller) else { return end(.sessionOver) }
    let isDue = state.withLock {
      $0.hasCredit && stream.eventLoop.now - $0.lastSent >= pace.heartbeat
    }
    if isDue { sendHeartbeat() }
  }

  private func sendHeartbeat() {
    // A reader that does not read must not have heartbeats piled up for it.
    guard let subscription = state.withLock({ $0.subscription }), !subscription.isParked else {
      return
    }
    let heartbeat = Heartbeat(
      serverTimeMs: now().milliseconds,
      caughtUp: subscription.isLive
    )
    send(.heartbeat(heartbeat), at: subscription.position)
  }

  /// Says why in a message of its own, with the cursor to go on from, and then ends the stream:
  /// some clients lose a message that is followed at once by the end.
  private func end(_ error: RPCError) {
    if let position = state.withLock({ $0.subscription })?.position {
      send(.ended(SubscriptionEnded(reason: error.description)), at: position)
    }
    stream.fail(error)
  }

  private func send(_ body: SubscribeResponse.Body, at position: EventPosition) {
    let cursor = Cursor(log: log, position: position)
    _ = note(stream.send(SubscribeResponse(cursor: cursor.description, body: body)))
  }

  /// An event was sent, or something of the moment, which may be all that a poll is for.
  ///
  /// - Returns: whether the reader takes more at once.
  private func noteAnswer(_ credit: StreamCredit, isEvent: Bool) -> Bool {
    let isEnough = state.withLock { state in
      state.hasAnswered = true
      if isEvent { state.eventCount += 1 }
      guard let poll = pace.poll else { return false }
      return state.hasCaughtUp || state.eventCount >= poll.limit
    }
    if isEnough {
      stream.finish()
      return false
    }
    return note(credit)
  }

  /// Something was sent.
  ///
  /// - Returns: whether the reader takes more at once.
  private func note(_ credit: StreamCredit) -> Bool {
    state.withLock { state in
      state.lastSent = stream.eventLoop.now
      state.hasCredit = credit == .available
      return state.hasCredit
    }
  }

  /// Milliseconds: later than this it is looked at anew.
  private static let dayMax: Int64 = 86_400_000
  /// How soon the end of a session ends its subscriptions.
  private static let sessionCheckInterval = TimeAmount.seconds(2)
}
