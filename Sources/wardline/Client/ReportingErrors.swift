import ArgumentParser
import RPC

/// Runs a command and says in one line what went wrong.
///
/// - Throws: `ExitCode`: 1 when the server refused, 2 when it was not reached, 64 for wrong usage.
func reportingErrors(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let error as RPCError {
    Terminal.fail(error.description)
    throw ExitCode(error.code == .unavailable ? 2 : 1)
  } catch let error as SettingError {
    throw ValidationError(error.description)
  }
}
