import Hummingbird
import RPC

/// One request, as the handler of its route sees it: everything in it has been checked for its form.
struct RouteCall: Sendable {
  let request: Request
  /// The parts of the path that have names.
  let parameters: [String: String]
  let query: Fields
  let body: Fields
  let caller: RouteCaller
  /// The event streams that are open.
  let streams: EventStreams
  /// How long the caller waits, and who the caller must be.
  var options: CallOptions
  /// Empty if there is none.
  let idempotencyKey: String
  /// How often live events say that they live, in milliseconds.
  let heartbeatMs: Int32

  var api: ChatAPI { caller.api }

  /// A part of the path. Routes ask for those that their paths have.
  func parameter(_ name: String) -> String { parameters[name] ?? "" }
}
