import NIOCore
import RPC
import ServiceAPI
import Synchronization

/// One `Watch` on its stream: the status at once and after every change.
///
/// A reader that is slow gets the newest status when it can take one, not all that were.
final class HealthWatch: Sendable {
  private struct State {
    var lastSent: ServingStates.Status?
    var hasCredit = true
    var observer: Int?
    var hasEnded = false
  }

  private let service: String
  private let states: ServingStates
  private let stream: PushStream<HealthCheckResponse>
  private let state = Mutex(State())

  init(
    of service: String,
    _ states: ServingStates,
    _ stream: PushStream<HealthCheckResponse>
  ) {
    self.service = service
    self.states = states
    self.stream = stream
  }

  /// Must be called on the stream's loop.
  func start() {
    let observer = states.addObserver { self.stream.eventLoop.execute { self.send() } }
    state.withLock { $0.observer = observer }
    stream.onCredit {
      self.state.withLock { $0.hasCredit = true }
      self.send()
    }
    stream.onEnd { self.ended() }
    send()
  }

  private func send() {
    let status = states.status(of: service) ?? .serviceUnknown
    let isNews = state.withLock { state in
      guard state.hasCredit, !state.hasEnded, state.lastSent != status else { return false }
      state.lastSent = status
      return true
    }
    guard isNews else { return }
    if stream.send(HealthCheckResponse(status: status)) == .exhausted {
      state.withLock { $0.hasCredit = false }
    }
  }

  private func ended() {
    let observer = state.withLock { state in
      state.hasEnded = true
      return state.observer.take()
    }
    if let observer { states.removeObserver(observer) }
  }
}
