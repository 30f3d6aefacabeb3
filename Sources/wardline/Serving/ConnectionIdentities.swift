import ChatModel
import ChatService
import Logging
import RPC
import WardlineRPC

/// Finds out who is calling from what a connection proves: the first rule that it matches.
struct ConnectionIdentities: Sendable {
  let rules: [IdentityRule]

  /// Makes the users of the rules known to the chat, as a token would. Users that are deactivated
  /// stay so, and their calls are refused.
  func enter(into sessions: Sessions, logger: Logger) async {
    for rule in rules {
      do throws(AuthenticationError) {
        _ = try await sessions.admit(principal(of: rule, until: Self.distantFuture))
      } catch {
        logger.warning(
          "an identity of the settings is not in use: \(error.message)",
          metadata: ["user": "\(rule.userID)"]
        )
      }
    }
  }

  /// nil when no rule matches: calls without a token are then of nobody.
  func identity(of context: ConnectionContext) -> (any CallerIdentity)? {
    guard let rule = rules.first(where: { $0.matches(context) }) else { return nil }
    let until = context.certificate.map { certificate in
      let end = min(certificate.notAfter, Self.distantFuture.milliseconds / 1000)
      return Timestamp(milliseconds: end * 1000)
    }
    return WardlineServices.identity(of: principal(of: rule, until: until ?? Self.distantFuture))
  }

  private func principal(of rule: IdentityRule, until end: Timestamp) -> ChatService.Principal {
    ChatService.Principal(
      userID: rule.userID,
      role: rule.role,
      displayName: rule.userID.rawValue,
      expiresAt: end,
      actingRights: rule.actingRights
    )
  }

  /// The end of the year 9999.
  private static let distantFuture = Timestamp(milliseconds: 253_402_300_799_000)
}
