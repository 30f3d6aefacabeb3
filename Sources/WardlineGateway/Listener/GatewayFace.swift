public import Hummingbird
public import RPC

/// What the listeners show: the routes of the chat, and whatever else is added to their router.
public struct GatewayFace: Sendable {
  let calls: InProcessCalls
  public var settings = GatewaySettings()
  /// Where the proof of who sends a request may be, in the order in which it is looked for.
  public var credentials: [any CredentialSource] = [AuthorizationHeader()]
  /// Adds further routes, such as pages.
  public var addRoutes: @Sendable (Router<GatewayContext>) -> Void = { _ in }

  public init(_ calls: InProcessCalls) {
    self.calls = calls
  }
}
