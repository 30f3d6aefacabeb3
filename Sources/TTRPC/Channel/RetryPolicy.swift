import RPC

/// When a channel makes a call again that ended with UNAVAILABLE.
///
/// Only a call that surely was not carried out, or whose method is declared idempotent, is made
/// again, and a stream only while none of its messages has been sent or handed out.
public struct RetryPolicy: Sendable, Hashable {
  /// How often a call is sent, the first time included; 1 means never again.
  public var attemptsMax: Int
  /// The waits between the attempts.
  public var backoff: Backoff
  /// The budget of a channel: each attempt that ends with UNAVAILABLE takes one token, and nothing
  /// is made again while half of this or less is left.
  public var tokensMax: Int
  /// What a call that was answered gives back to the budget.
  public var tokensPerSuccess: Double

  public init(
    attemptsMax: Int = 3,
    backoff: Backoff = Backoff(),
    tokensMax: Int = 100,
    tokensPerSuccess: Double = 0.1
  ) {
    self.attemptsMax = attemptsMax
    self.backoff = backoff
    self.tokensMax = tokensMax
    self.tokensPerSuccess = tokensPerSuccess
  }

  /// Every call is sent once.
  public static let never = RetryPolicy(attemptsMax: 1)

  /// What a failed attempt comes to.
  enum Decision: Equatable {
    case giveUp
    /// At once: no server has worked on the call, so none is spared by a wait.
    case again
    case againAfterWait
  }

  /// - Parameters:
  ///   - attempts: how often the call was sent.
  ///   - mayRepeat: whether it does no harm to carry it out twice.
  ///   - hasBudget: what the budget says.
  func decision(
    on error: RPCError,
    attempts: Int,
    mayRepeat: Bool,
    hasBudget: Bool
  ) -> Decision {
    guard error.code == .unavailable, attempts < attemptsMax else { return .giveUp }
    if error.isUnprocessed { return .again }
    return mayRepeat && hasBudget ? .againAfterWait : .giveUp
  }
}

/// Keeps a server that is down from being asked again and again by all calls at once.
struct RetryBudget {
  private let maximum: Double
  private let gain: Double
  private(set) var tokens: Double

  init(_ policy: RetryPolicy) {
    maximum = Double(max(0, policy.tokensMax))
    gain = max(0, policy.tokensPerSuccess)
    tokens = maximum
  }

  var allowsRetry: Bool { tokens > maximum / 2 }

  mutating func failed() {
    tokens = max(0, tokens - 1)
  }

  mutating func succeeded() {
    tokens = min(maximum, tokens + gain)
  }
}
