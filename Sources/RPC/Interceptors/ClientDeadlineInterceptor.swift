/// Gives a deadline to calls that have none, and cuts those that are too far away.
public struct ClientDeadlineInterceptor: ClientInterceptor {
  private let unary: Duration?
  private let stream: Duration?
  private let maximum: Duration?

  /// - Parameters:
  ///   - unary: the timeout of a unary call whose caller gave none; nil leaves it without.
  ///   - stream: the same for a call with a stream on either side. Mind that a subscription is
  ///     meant to last.
  ///   - maximum: no timeout that a caller gave is longer than this; nil takes all.
  public init(unary: Duration? = nil, stream: Duration? = nil, maximum: Duration? = nil) {
    self.unary = unary
    self.stream = stream
    self.maximum = maximum
  }

  public func start(_ context: inout ClientContext) -> ClientAdmission {
    if let given = context.options.timeout {
      context.options.timeout = maximum.map { min($0, given) } ?? given
    } else {
      context.options.timeout = context.method.kind == .unary ? unary : stream
    }
    return .proceed
  }
}
