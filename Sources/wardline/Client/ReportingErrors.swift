import ArgumentParser
import RPC

/// Runs a command and says what went wrong, and what can be done about it.
///
/// - Throws: `ExitCode`: 1 when the server refused, 2 when it was not reached, 64 for wrong usage.
func reportingErrors(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let error as RPCError {
    Terminal.fail(error.description)
    if let advice = error.advice { Terminal.fail(advice) }
    throw ExitCode(error.code == .unavailable ? 2 : 1)
  } catch let error as SettingError {
    Terminal.fail(error.description)
    throw ExitCode.validationFailure
  }
}

extension RPCError {
  /// What whoever sits at the terminal can do; nil when the message says it all.
  var advice: String? {
    switch code {
    case .unavailable:
      "is the server running? start one with: wardline serve --dev; "
        + "if it is elsewhere, give --address or --data"
    case .unauthenticated:
      "get a new token from whoever issues them; for a --dev server use --as NAME with its --data"
    case .notFound:
      "check the name or id: what you may not see does not exist for you"
    case .outOfRange:
      "that cursor is of another server or another data folder: leave it out, or use --from-start"
    default: nil
    }
  }
}
