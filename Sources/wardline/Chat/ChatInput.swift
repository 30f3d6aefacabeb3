import RPC
import WardlineAPI
import WardlineClient

/// Everything that can happen to a chat.
enum ChatInput: Sendable {
  case key(Key)
  /// A whole line, from a pipe.
  case line(String)
  case inputEnded
  case update(SubscriptionUpdate)
  /// The subscription cannot go on.
  case subscriptionFailed(RPCError)
  case history(Conversation, [Message])
  case historyFailed(RPCError)
  case sent(OutgoingLines.Line, SendMessageResponse)
  case sendFailed(OutgoingLines.Line, RPCError)
  case marked(upTo: Int64)
  case markFailed
  /// It is time to try again what failed.
  case retry
  case resized
  case terminated
}

/// What a chat asks of the world.
enum ChatEffect: Equatable, Sendable {
  case loadHistory
  case send(OutgoingLines.Line)
  case mark(upTo: Int64)
  case retryLater
  /// Something to print where there is no screen to draw on.
  case show(ChatNotice)
  case quit
}

enum ChatNotice: Equatable, Sendable {
  case message(Transcript.Entry)
  case delivered(upTo: Int64)
  case read(upTo: Int64)
  case remark(String)
}
