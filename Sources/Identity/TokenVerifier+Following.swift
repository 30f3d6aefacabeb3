import Logging

extension TokenVerifier {
  /// Looks at the key file every `interval` and reads it again when it changed, until the task is
  /// cancelled. A file that cannot be used is logged, and the keys stay as they were.
  public func followKeyFile(
    every interval: Duration,
    clock: some Clock<Duration>
  ) async {
    while !Task.isCancelled {
      do {
        try await clock.sleep(for: interval)
      } catch {
        return
      }
      do {
        if try await reloadIfChanged() { logger.info("The key file changed: its keys are in use") }
      } catch {
        logger.error("The key file cannot be used: \(error)")
      }
    }
  }
}
