import ChatService
import NIOCore
import RPC

/// Ends streams whose session is over, also those on which nothing moves: an upload whose client is
/// silent, a download that nobody reads.
struct SessionWatch: Sendable {
  let sessions: Sessions
  /// How soon the end of a session ends what is open.
  let interval: TimeAmount

  /// The method, with streams that end with their sessions.
  func watched(_ method: ServerMethod) -> ServerMethod {
    if method.descriptor.kind == .unary { return method }
    return method.watchingCalls { context, call in
      guard let principal = try? context.principal() else { return }
      watch(principal, call)
    }
  }

  private func watch(_ principal: ChatService.Principal, _ call: any ServerCall) {
    let sessions = sessions
    let look = call.eventLoop.scheduleRepeatedTask(
      initialDelay: interval,
      delay: interval
    ) { [weak call] look in
      if sessions.isCurrent(principal) { return }
      look.cancel()
      call?.fail(with: RPCError.sessionOver)
    }
    call.onEnd { look.cancel() }
  }
}
