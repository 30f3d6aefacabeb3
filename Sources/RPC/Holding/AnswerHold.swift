/// Holds back the answer of one call until something else is done, such as a record of the call.
public protocol AnswerHold: AnyObject, Sendable {
  /// The call is about to get its answer, or the first message of a stream of them. Called once, on
  /// any thread.
  ///
  /// - Parameters:
  ///   - error: what the answer is, if the call has failed.
  ///   - go: to be called once, anywhere: with nil when the answer may go out, with an error that takes
  ///     its place when it must not. Not to be called when true was returned.
  /// - Returns: whether the answer may go out at once.
  func mayAnswer(
    _ error: (any Error)?,
    _ go: @escaping @Sendable (RPCError?) -> Void
  ) -> Bool
}
