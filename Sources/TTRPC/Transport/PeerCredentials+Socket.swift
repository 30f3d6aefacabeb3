import NIOCore
import RPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension PeerCredentials {
  #if os(Linux)
  /// What the system writes for SO_PEERCRED: `struct ucred`, which the Glibc module does not show.
  private struct Answer: Sendable {
    var processID: Int32 = 0
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
  }

  /// Asks the system who connected; nil where it does not tell.
  static func of(_ channel: any Channel) -> EventLoopFuture<PeerCredentials?> {
    guard let provider = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeSucceededFuture(nil)
    }
    let answer: EventLoopFuture<Answer> = provider.unsafeGetSocketOption(
      level: .socket,
      name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    )
    return answer.map { answer in
      PeerCredentials(
        processID: answer.processID,
        userID: answer.userID,
        groupID: answer.groupID
      )
    }.flatMapErrorThrowing { _ in nil }
  }
  #else
  static func of(_ channel: any Channel) -> EventLoopFuture<PeerCredentials?> {
    channel.eventLoop.makeSucceededFuture(nil)
  }
  #endif
}
