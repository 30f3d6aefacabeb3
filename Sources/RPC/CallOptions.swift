/// What a caller may say of one call beside its message.
public struct CallOptions: Sendable {
  public var metadata: Metadata
  /// How long to wait for the call to end; nil waits as long as the connection lives.
  public var timeout: Duration?

  public init(metadata: Metadata = Metadata(), timeout: Duration? = nil) {
    self.metadata = metadata
    self.timeout = timeout
  }
}
