/// What an interceptor of the client knows of a call, and may change before it begins.
public struct ClientContext: Sendable {
  public let method: MethodDescriptor
  /// What the caller said. A change holds for all attempts of the call.
  public var options: CallOptions

  public init(method: MethodDescriptor, options: CallOptions = CallOptions()) {
    self.method = method
    self.options = options
  }
}

/// How a call of the client has ended.
public struct ClientOutcome: Sendable, Equatable {
  public let status: StatusCode
  /// From the call's begin to its end, with everything it had to wait for.
  public let duration: Duration
  /// How often the call was sent; 0 for one that never found a connection.
  public let attempts: Int

  public init(status: StatusCode, duration: Duration, attempts: Int) {
    self.status = status
    self.duration = duration
    self.attempts = attempts
  }
}
