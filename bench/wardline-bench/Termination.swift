@preconcurrency import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// The signal with which the measuring process ends its servers.
enum Termination {
  static func signal() async {
    Glibc.signal(SIGTERM, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGTERM)
    await withCheckedContinuation { continuation in
      source.setEventHandler {
        source.cancel()
        continuation.resume()
      }
      source.activate()
    }
  }
}
