public import Logging
public import NIOCore
public import RPC

/// Writes a line at level info for every call that ends: who called what from where, how it ended,
/// how long it took and how many bytes it carried. Never a message, a status text or metadata.
///
/// Put it before the interceptor that authenticates, so that refused calls are logged too.
public final class AccessLog: ServerInterceptor {
  private let logger: Logger
  private let isEnabled: Bool
  private let now: @Sendable () -> NIODeadline

  /// - Parameters:
  ///   - logger: at another level than info or below, a call costs nothing here.
  ///   - now: the clock; the machine's by default.
  public init(_ logger: Logger, now: @escaping @Sendable () -> NIODeadline = { .now() }) {
    self.logger = logger
    self.isEnabled = logger.logLevel <= .info
    self.now = now
  }

  public func admit(_ context: inout ServerContext) -> Admission { .proceed }

  public func ended(_ context: ServerContext, status: StatusCode) {
    guard isEnabled else { return }
    let took = now() - context.startedAt
    var fields: Logger.Metadata = [
      "method": "\(context.method.fullName)",
      "code": "\(status)",
      "microseconds": "\(took.nanoseconds / 1000)",
      "peer": "\(context.connection.remoteAddress)",
      "received": "\(context.traffic.receivedBytes)",
      "sent": "\(context.traffic.sentBytes)",
    ]
    if let identity = context.identity { fields["subject"] = "\(identity.subject)" }
    logger.info("call", metadata: fields)
  }
}
