import Logging

extension ServerTLS {
  /// Looks at the files now and then until the task is cancelled, and reads them again when they
  /// have changed. Files that cannot be used are logged, and what was in use stays in use.
  public func followFiles(every interval: Duration, clock: some Clock<Duration>) async {
    while !Task.isCancelled {
      do {
        try await clock.sleep(for: interval)
      } catch {
        return
      }
      reportingReload { () throws(TLSError) in try reloadIfChanged() }
    }
  }

  /// Reads the files again and logs what came of it.
  public func reloadAndReport() {
    reportingReload { () throws(TLSError) in
      try reload()
      return true
    }
  }

  private func reportingReload(_ reload: () throws(TLSError) -> Bool) {
    do throws(TLSError) {
      if try reload() { logger.notice("new connections use the TLS certificate as it is now") }
    } catch {
      logger.warning("the TLS certificate stays as it was: \(error)")
    }
  }
}
