import Testing

/// Waits until something is so.
func eventually(
  _ what: Comment,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ isSo: () -> Bool
) async throws {
  let clock = ContinuousClock()
  let start = clock.now
  while !isSo() {
    try #require(clock.now - start < .seconds(60), what, sourceLocation: sourceLocation)
    await Task.yield()
  }
}
