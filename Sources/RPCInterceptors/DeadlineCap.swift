public import NIOCore
public import RPC

/// Keeps calls from running longer than their method may: gives calls without a deadline one, and
/// brings later ones forward.
///
/// Streams are exempt unless a rule of their own names them, because a subscription lasts as long as
/// its reader. Put it before interceptors that may wait: the deadline holds for their wait too.
public final class DeadlineCap: ServerInterceptor {
  /// How long the calls of a method may take. nil leaves them as they come.
  public struct Rule: Sendable, Hashable {
    /// For calls that come without a deadline.
    public var withoutDeadline: TimeAmount?
    /// The longest for calls that come with one.
    public var longest: TimeAmount?

    public init(withoutDeadline: TimeAmount? = nil, longest: TimeAmount? = nil) {
      self.withoutDeadline = withoutDeadline
      self.longest = longest
    }
  }

  private let unary: Rule
  private let rules: IdentityTable<Rule>

  /// - Parameters:
  ///   - unary: for unary methods without a rule of their own.
  ///   - rules: for single methods of any kind.
  public init(unary: Rule, rules: [(method: MethodDescriptor, rule: Rule)] = []) {
    self.unary = unary
    self.rules = IdentityTable(rules.map { (key: $0.method, value: $0.rule) })
  }

  public func admit(_ context: inout ServerContext) -> Admission {
    guard let rule = rule(of: context.method) else { return .proceed }
    if let deadline = context.deadline {
      if let longest = rule.longest {
        context.deadline = min(deadline, context.startedAt + longest)
      }
    } else if let limit = rule.withoutDeadline {
      context.deadline = context.startedAt + limit
    }
    return .proceed
  }

  private func rule(of method: MethodDescriptor) -> Rule? {
    rules[ObjectIdentifier(method)] ?? (method.kind == .unary ? unary : nil)
  }
}
