import RPC
import Synchronization

/// The messages of a call that may be made again until the first of them has come.
final class ChannelStream<Message: RPCMessage>: MessageSource {
  typealias Open =
    @Sendable (any ChannelConnection, CallOptions) async throws ->
    MessageStream<Message>

  private struct State {
    var iterator: MessageStream<Message>.Iterator?
    var watch: SilenceWatch?
    var hasMessage = false
  }

  private let call: ChannelCall
  private let clock: ChannelClock
  private let connect: Open
  private let state = Mutex(State())

  init(_ call: ChannelCall, clock: ChannelClock, _ open: @escaping Open) {
    self.call = call
    self.clock = clock
    self.connect = open
  }

  /// Returns when the call is on its way.
  func open() async throws {
    do {
      try await call.begin()
      try await attempt()
    } catch {
      throw call.ended(with: error is CancellationError ? RPCError.callerGaveUp : error)
    }
  }

  private func attempt() async throws {
    while true {
      let (connection, options) = try await call.nextAttempt()
      do {
        let iterator = try await connect(connection, options).makeAsyncIterator()
        let watch = options.silenceMax.map { limit in
          SilenceWatch(limit, clock: clock) { [weak call] in call?.giveUpConnection() }
        }
        return state.withLock { state in
          state.iterator = iterator
          state.watch = watch
        }
      } catch {
        try await call.attemptFailed(error)
      }
    }
  }

  func next() async throws -> Message? {
    while let (iterator, watch) = state.withLock({ state in
      state.iterator.map { ($0, state.watch) }
    }) {
      do {
        watch?.turn()
        defer { watch?.turn() }
        if let message = try await iterator.next() {
          received()
          return message
        }
        close()
        call.end(.ok)
        return nil
      } catch {
        close()
        try await failed(error)
      }
    }
    return nil
  }

  private func received() {
    let isFirst = state.withLock { state in
      defer { state.hasMessage = true }
      return !state.hasMessage
    }
    guard isFirst else { return }
    call.commit()
    call.answered()
  }

  /// Makes the call again if that is allowed.
  private func failed(_ error: any Error) async throws {
    do {
      try await call.attemptFailed(error)
      try await attempt()
    } catch {
      throw call.ended(with: error)
    }
  }

  func abandon() {
    close()
    call.end(.cancelled)
  }

  /// Leaves the stream of the current attempt, which gives that up if it has not ended.
  private func close() {
    // The last reference to an iterator runs code that others wrote: not under the lock.
    let left = state.withLock { state in
      defer {
        state.iterator = nil
        state.watch = nil
      }
      return (state.iterator, state.watch)
    }
    withExtendedLifetime(left) {}
  }
}
