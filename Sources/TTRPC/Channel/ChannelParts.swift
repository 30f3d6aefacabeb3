import RPC
import Synchronization

/// What the calls of a channel share.
final class ChannelParts: Sendable {
  private struct Retries {
    var budget: RetryBudget
    var generator: any RandomNumberGenerator & Sendable
  }

  let configuration: ClientChannelConfiguration
  let interceptors: [any ClientInterceptor]
  let supply: ConnectionSupply
  let clock: ChannelClock
  private let retries: Mutex<Retries>

  init(
    _ configuration: ClientChannelConfiguration,
    interceptors: [any ClientInterceptor],
    supply: ConnectionSupply,
    clock: ChannelClock,
    generator: any RandomNumberGenerator & Sendable
  ) {
    self.configuration = configuration
    self.interceptors = interceptors
    self.supply = supply
    self.clock = clock
    retries = Mutex(Retries(budget: RetryBudget(configuration.retry), generator: generator))
  }

  /// An attempt has failed.
  ///
  /// - Parameter wasSent: whether it had reached a connection.
  func note(_ error: RPCError, wasSent: Bool) {
    guard wasSent, error.code == .unavailable, !error.isUnprocessed else { return }
    retries.withLock { $0.budget.failed() }
  }

  /// A call was answered.
  func noteAnswer() {
    retries.withLock { $0.budget.succeeded() }
  }

  func decision(on error: RPCError, attempts: Int, mayRepeat: Bool) -> RetryPolicy.Decision {
    configuration.retry.decision(
      on: error,
      attempts: attempts,
      mayRepeat: mayRepeat,
      hasBudget: retries.withLock { $0.budget.allowsRetry }
    )
  }

  func retryDelay(afterFailures failures: Int) -> Duration {
    retries.withLock {
      configuration.retry.backoff.delay(afterFailures: failures, using: &$0.generator)
    }
  }
}
