/// A change that a repository makes whole or not at all.
///
/// It says what is wanted and nothing of when and by whom: that stands in its `WriteContext`. So two
/// intents are the same request exactly when they are equal, which is what idempotency keys compare.
///
/// Its encoding is what keys compare: what belongs to the server's settings and not to the request,
/// such as a limit, stays out of it.
public protocol WriteIntent: Hashable, Sendable, Encodable {
  /// What the caller gets. It holds only what stays true, since a repetition gets it for ever.
  associatedtype Outcome: Hashable, Sendable, Codable

  /// The name under which a key remembers the request. Never changed once it was released.
  static var operation: String { get }

  /// What it made or changed, to be named to whoever uses the key for something else.
  static func subject(of outcome: Outcome) -> String?

  /// Checks all rules, then makes the change. When it throws `ChatError`, nothing was changed.
  func apply(to transaction: some ChatTransaction) throws -> Outcome
}

extension WriteIntent {
  public static func subject(of outcome: Outcome) -> String? { nil }
}
