/// Waits until the task is cancelled, as a good handler does, and throws `CancellationError` then.
func untilCancelled() async throws {
  let (stream, feed) = AsyncStream<Never>.makeStream()
  for await _ in stream {}
  feed.finish()
  throw CancellationError()
}
