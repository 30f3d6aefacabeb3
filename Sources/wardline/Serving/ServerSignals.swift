import Foundation
import UnixSignals

/// What signals mean to a server: SIGTERM and SIGINT ask it to stop, a second one of either ends the
/// process at once, SIGHUP asks for certificates and keys to be read again.
struct ServerSignals: Sendable {
  /// For each SIGHUP.
  let reloads: AsyncStream<Void>
  private let reload: AsyncStream<Void>.Continuation
  private let signals: UnixSignalsSequence

  /// From then on the signals no longer do what they do by default.
  init() async {
    signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    // Several that come at once ask for the same thing.
    (reloads, reload) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Obeys the signals until the task is cancelled.
  ///
  /// - Parameter stop: called once, for the first signal that asks to stop.
  func obey(stop: @Sendable () async -> Void) async {
    var isStopping = false
    for await signal in signals {
      if signal == .sighup {
        reload.yield()
      } else if isStopping {
        // What shells report for a process that the signal ended. Nothing is tidied up: what was
        // acknowledged is on disk.
        _exit(128 + signal.rawValue)
      } else {
        isStopping = true
        await stop()
      }
    }
  }
}
