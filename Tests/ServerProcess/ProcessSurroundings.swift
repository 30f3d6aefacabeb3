public import Foundation

/// What a program finds around it when it is started, beside its arguments.
public struct ProcessSurroundings: Sendable {
  /// What becomes of what it says to standard error.
  public enum Errors: Sendable {
    /// It goes to the standard error of the tests.
    case passedOn
    /// It is kept as `ChildProcess.State.errors`.
    case kept
    /// It is kept together with its output.
    case withOutput
  }

  /// All of its environment; nil for that of the tests.
  public var environment: [String: String]?
  /// The folder in which it runs; nil for that of the tests.
  public var folder: URL?
  public var errors = Errors.passedOn
  /// Whether it can be sent lines. Else its input is empty.
  public var hasInput = false

  public init() {}
}
