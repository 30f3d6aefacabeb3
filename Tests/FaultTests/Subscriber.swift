import RPC
import ServerProcess
import TTRPC
import WardlineAPI

/// Somebody who follows the log over many connections and keeps the cursor of what was seen last.
actor Subscriber {
  let user: String
  private var cursor = ""
  private(set) var messages: [History.Message] = []

  init(user: String) {
    self.user = user
  }

  /// Follows the log from where it was left, until the stream ends, or until as many messages as
  /// `count` have been seen in all.
  ///
  /// - Returns: the error that ended the stream.
  func follow(
    through connection: ClientConnection,
    untilSeen count: Int = .max,
    onMessage: @Sendable () -> Void = {}
  ) async -> RPCError? {
    let request = SubscribeRequest(cursor: cursor, fromStart: cursor.isEmpty)
    do {
      if messages.count >= count { return nil }
      for try await response in try await EventsClient(connection).subscribe(request) {
        take(response)
        if case .event = response.body { onMessage() }
        if messages.count >= count { return nil }
      }
      return nil
    } catch let error as RPCError {
      return error
    } catch {
      return RPCError(.unknown, "\(error)")
    }
  }

  private func take(_ response: SubscribeResponse) {
    cursor = response.cursor
    guard case .event(let event) = response.body, case .messageCreated(let message) = event.change
    else { return }
    messages.append(
      .init(
        conversation: message.conversationID,
        sequence: message.sequence,
        content: message.content
      )
    )
  }
}
