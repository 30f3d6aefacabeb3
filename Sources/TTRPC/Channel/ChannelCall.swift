import RPC
import Synchronization

/// One call of a channel, over all of its attempts: its deadline, its place on a connection, and
/// what its interceptors hear.
final class ChannelCall: Sendable {
  private struct State {
    var context: ClientContext
    /// How many of the interceptors, from the first, have been asked: they hear of the call's end.
    var asked = 0
    /// How often a connection was looked for.
    var tries = 0
    /// How often the call was sent.
    var attempts = 0
    var place: CallPlace?
    /// Messages have been sent or handed out, which cannot be taken back.
    var isCommitted = false
    var hasAnswer = false
    /// An attempt has failed of which nobody knows what the server did.
    var mayHaveRun = false
    var isEnded = false
  }

  private let parts: ChannelParts
  private let mayRepeat: Bool
  private let startedAt: Duration
  private let state: Mutex<State>

  /// - Parameter isRepeatable: whether its message allows a call to be repeated.
  init(
    _ parts: ChannelParts,
    _ method: MethodDescriptor,
    _ options: CallOptions,
    isRepeatable: Bool
  ) {
    self.parts = parts
    startedAt = parts.clock.now()
    mayRepeat =
      switch method.idempotency {
      case .none: false
      case .idempotent: isRepeatable && options.mayRepeat
      case .noSideEffects: options.mayRepeat
      }
    state = Mutex(State(context: ClientContext(method: method, options: options)))
  }

  var options: CallOptions { state.withLock { $0.context.options } }

  /// Makes a call that ends with one answer.
  func run<Output>(
    _ body: (any ChannelConnection, CallOptions) async throws -> Output
  ) async throws -> Output {
    do {
      try await begin()
      while true {
        let (connection, options) = try await nextAttempt()
        do {
          let output = try await body(connection, options)
          answered()
          end(.ok)
          return output
        } catch {
          try await attemptFailed(error)
        }
      }
    } catch {
      throw ended(with: error is CancellationError ? RPCError.callerGaveUp : error)
    }
  }

  // MARK: Steps

  /// Asks the interceptors.
  func begin() async throws {
    for (index, interceptor) in parts.interceptors.enumerated() {
      var context = state.withLock { state in
        state.asked = index + 1
        return state.context
      }
      switch interceptor.start(&context) {
      case .proceed: break
      case .refuse(let error): throw error
      case .wait(let decide):
        let asked = context
        context = try await parts.clock.run(within: try remaining(), else: .deadlineExceeded) {
          try await decide(asked)
        }
      }
      let decided = context
      state.withLock { $0.context = decided }
    }
  }

  /// Finds a connection for the next attempt, and says what goes with the call on it.
  func nextAttempt() async throws -> (any ChannelConnection, CallOptions) {
    while true {
      let (options, isFirst) = state.withLock { state in
        state.tries += 1
        return (state.context.options, state.tries == 1)
      }
      do {
        let place = try await parts.supply.acquire(
          waitForReady: options.waitForReady,
          within: try remaining()
        )
        return try await prepared(place, options)
      } catch let error as RPCError where error.code == .unavailable && !isFirst && !hasPlace {
        // What has been sent before may be tried again until the attempts are used up.
        try await attemptFailed(error)
      }
    }
  }

  private var hasPlace: Bool { state.withLock { $0.place != nil } }

  private func prepared(
    _ place: CallPlace,
    _ options: CallOptions
  ) async throws -> (any ChannelConnection, CallOptions) {
    state.withLock { $0.place = place }
    var entries = parts.configuration.metadata.entries
    if let fresh = parts.configuration.freshMetadata {
      let method = state.withLock { $0.context.method }
      entries += try await parts.clock.run(within: try remaining(), else: .deadlineExceeded) {
        try await fresh(method)
      }.entries
    }
    var options = options
    options.metadata = Metadata(entries: entries + options.metadata.entries)
    options.timeout = try remaining()
    state.withLock { $0.attempts += 1 }
    return (place.connection, options)
  }

  /// Returns, after a wait if need be, when the call is to be made again.
  ///
  /// - Throws: what the call ends with.
  func attemptFailed(_ thrown: any Error) async throws {
    let (place, tries, isCommitted) = state.withLock { state in
      defer { state.place = nil }
      return (state.place, state.tries, state.isCommitted)
    }
    if let place { parts.supply.release(place) }
    guard var error = thrown as? RPCError else { throw thrown }
    if error.code == .cancelled, let place, place.isGivenUp {
      error = RPCError(.unavailable, "nothing came from the server any more")
    }
    parts.note(error, wasSent: place != nil)
    if place != nil && !error.isUnprocessed { state.withLock { $0.mayHaveRun = true } }
    if error.code != .unavailable, let place { answered(place, error.code) }
    if Task.isCancelled || isCommitted { throw error }
    switch parts.decision(on: error, attempts: tries, mayRepeat: mayRepeat) {
    case .giveUp: throw error
    case .again where place != nil: break
    case .again: try await wait(after: tries, error)
    case .againAfterWait: try await wait(after: tries, error)
    }
  }

  private func wait(after tries: Int, _ error: RPCError) async throws {
    let delay = parts.retryDelay(afterFailures: tries)
    // A wait that outlasts the deadline would hide what went wrong.
    if let remaining = try remaining(), delay >= remaining { throw error }
    try await parts.clock.sleep(delay)
  }

  /// Something was sent or handed out: the call is not made again.
  func commit() {
    state.withLock { $0.isCommitted = true }
  }

  /// The server has answered, with a message of a stream perhaps.
  func answered() {
    let place = state.withLock { state in
      defer { state.hasAnswer = true }
      return state.hasAnswer ? nil : state.place
    }
    if let place { answered(place, .ok) }
  }

  private func answered(_ place: CallPlace, _ code: StatusCode) {
    // These may be what this side said to itself.
    if [.unavailable, .cancelled, .deadlineExceeded].contains(code) { return }
    parts.supply.answered(place)
    parts.noteAnswer()
  }

  /// Closes the connection of the call, whose other end seems to be gone.
  func giveUpConnection() {
    if let place = state.withLock({ $0.place }) { parts.supply.giveUp(place) }
  }

  // MARK: The end

  /// The call has ended well, or its reader has left. Only the first end counts.
  func end(_ status: StatusCode) {
    let ended = state.withLock { state -> State? in
      if state.isEnded { return nil }
      state.isEnded = true
      defer { state.place = nil }
      return state
    }
    guard let ended else { return }
    if let place = ended.place { parts.supply.release(place) }
    let outcome = ClientOutcome(
      status: status,
      duration: parts.clock.now() - startedAt,
      attempts: ended.attempts
    )
    for interceptor in parts.interceptors.prefix(ended.asked) {
      interceptor.ended(ended.context, outcome)
    }
  }

  /// The call has failed.
  ///
  /// - Returns: the error for the caller.
  func ended(with thrown: any Error) -> any Error {
    guard var error = thrown as? RPCError else {
      end(thrown is CancellationError ? .cancelled : .unknown)
      return thrown
    }
    end(error.code)
    // What an earlier attempt did is not undone because the last one was never sent.
    if state.withLock({ $0.mayHaveRun }) { error.isUnprocessed = false }
    return error
  }

  /// Time that is left; nil without a deadline.
  private func remaining() throws -> Duration? {
    guard let timeout = options.timeout else { return nil }
    let remaining = startedAt + min(timeout, Self.timeoutMax) - parts.clock.now()
    if remaining <= .zero { throw RPCError.deadlineExceeded }
    return remaining
  }

  /// A year: nobody waits longer, and no clock overflows.
  private static let timeoutMax = Duration.seconds(365 * 24 * 60 * 60)
}
