/// Where the answers to writes are handed over: an event loop, for a server.
///
/// The repository gathers the answers of a batch by executor, compared by identity, and calls
/// `execute` once for each, so that a batch costs an executor one hop and not one per answer.
public protocol CompletionExecutor: AnyObject, Sendable {
  /// Runs `work` soon, once, and after the work of earlier calls. Must not block.
  func execute(_ work: @escaping @Sendable () -> Void)
}

/// Hands answers over at once, on the repository's own writer thread.
///
/// Only for answers that do next to nothing, such as resuming a task.
public final class ImmediateCompletionExecutor: CompletionExecutor {
  public static let shared = ImmediateCompletionExecutor()

  private init() {}

  public func execute(_ work: @escaping @Sendable () -> Void) { work() }
}
