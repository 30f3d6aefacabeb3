/// Who is calling, as an interceptor found out.
///
/// What it holds beyond the name is for the services to know; they cast it to their own type.
public protocol CallerIdentity: AnyObject, Sendable {
  /// A stable name for logs and limits.
  var subject: String { get }
}
