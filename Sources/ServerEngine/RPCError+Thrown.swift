package import Logging
import ProtobufC
package import RPC

extension RPCError {
  /// What the caller is told of an error that a handler or a codec threw.
  ///
  /// An error that says nothing of a status becomes INTERNAL with a reference, under which the log
  /// has its type; its text stays here, for it may hold anything.
  package init(thrown error: any Error, logger: Logger) {
    switch error {
    case let error as RPCError:
      self = error
    case let error as ProtobufDecodingError:
      self.init(
        error.reason == .budgetExceeded ? .resourceExhausted : .invalidArgument,
        error.description
      )
    case is CancellationError:
      self.init(.cancelled, "the call was cancelled")
    default:
      let reference = String(UInt32.random(in: 0...(.max)), radix: 36)
      logger.error(
        "handler failed",
        metadata: ["reference": "\(reference)", "error": "\(type(of: error))"]
      )
      self.init(.internal, "the server failed; its log has reference \(reference)")
    }
  }
}
