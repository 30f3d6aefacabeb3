/// What a caller may say of one call beside its message.
public struct CallOptions: Sendable {
  public var metadata: Metadata
  /// How long to wait for the call to end, waits for a connection and repetitions included; nil
  /// waits as long as the connection lives.
  public var timeout: Duration?
  /// What happens when there is no connection and the last attempt to open one has failed: true
  /// waits for one until `timeout` is over, false fails at once with UNAVAILABLE. A transport that
  /// is one connection does not look at it.
  public var waitForReady: Bool
  /// Whether a transport that repeats calls may repeat this one, if its method allows it at all.
  public var mayRepeat: Bool
  /// Time without a message after which a stream, and the connection under it, is given up for
  /// lost; nil waits. A transport that is one connection does not look at it.
  public var silenceMax: Duration?

  public init(
    metadata: Metadata = Metadata(),
    timeout: Duration? = nil,
    waitForReady: Bool = false,
    mayRepeat: Bool = true,
    silenceMax: Duration? = nil
  ) {
    self.metadata = metadata
    self.timeout = timeout
    self.waitForReady = waitForReady
    self.mayRepeat = mayRepeat
    self.silenceMax = silenceMax
  }
}
