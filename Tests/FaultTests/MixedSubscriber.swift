import RPC
import ServerProcess
import TTRPC
import WardlineAPI

/// Somebody who follows the log over many connections, and keeps what it said and where.
actor MixedSubscriber {
  struct Told: Sendable, Hashable {
    let cursor: String
    let conversation: String
    let event: String
  }

  let user: String
  private var cursor = ""
  private(set) var told: [Told] = []
  private(set) var isCaughtUp = false

  init(user: String) {
    self.user = user
  }

  /// Follows the log until everything of the past has come, or the stream ends.
  ///
  /// - Returns: the error that ended the stream.
  func catchUp(
    through connection: ClientConnection,
    onEvent: @Sendable () -> Void = {}
  ) async -> RPCError? {
    let request = SubscribeRequest(
      cursor: cursor,
      fromStart: cursor.isEmpty,
      heartbeatIntervalMs: 1000
    )
    do {
      for try await response in try await EventsClient(connection).subscribe(request) {
        cursor = response.cursor
        switch response.body {
        case .event(let event):
          told.append(
            Told(
              cursor: response.cursor,
              conversation: event.conversationID,
              event: EventName.of(event)
            )
          )
          onEvent()
        case .heartbeat(let heartbeat):
          isCaughtUp = heartbeat.caughtUp
          if isCaughtUp { return nil }
        default: break
        }
      }
      return nil
    } catch let error as RPCError {
      return error
    } catch {
      return RPCError(.unknown, "\(error)")
    }
  }
}
