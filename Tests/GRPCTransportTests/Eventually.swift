import NIOCore
import NIOPosix
import Testing

/// Returns once the condition holds, which is looked at every few milliseconds; records an issue
/// when it does not come to hold within half a minute.
func eventually(
  _ what: Comment,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: @escaping @Sendable () -> Bool
) async throws {
  let loop = MultiThreadedEventLoopGroup.singleton.next()
  for _ in 0..<10_000 {
    if condition() { return }
    try await loop.scheduleTask(in: .milliseconds(3)) {}.futureResult.get()
  }
  Issue.record(what, sourceLocation: sourceLocation)
}
