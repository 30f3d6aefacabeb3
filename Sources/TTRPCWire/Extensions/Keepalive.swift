/// Finds out whether a silent peer is still there.
///
/// It keeps no clock: the outside waits as long as it is told to and comes back. What it is told is
/// always one of two times, which the outside knows: that of silence before a ping, and that of
/// waiting for an answer.
public struct Keepalive: Sendable, Hashable {
  /// What to do when the time is over.
  public enum OnTimer: Hashable, Sendable {
    /// The peer has been heard of: wait for silence again.
    case waitForSilence
    /// Send a ping and wait for its answer.
    case ping
    /// We do not read, so nothing can be heard: wait for the answer once more.
    case waitForAnswer
    /// The peer is gone.
    case closeConnection
  }

  private var isHeard = false
  private var isPinging = false

  public init() {}

  /// Something has come from the peer, whatever it is.
  public mutating func heard() {
    isHeard = true
  }

  /// The time that was to be waited is over.
  ///
  /// - Parameter isReading: whether something that the peer sent would have been seen.
  public mutating func timerFired(isReading: Bool) -> OnTimer {
    if isHeard {
      isHeard = false
      isPinging = false
      return .waitForSilence
    }
    if !isPinging {
      isPinging = true
      return .ping
    }
    return isReading ? .closeConnection : .waitForAnswer
  }
}
