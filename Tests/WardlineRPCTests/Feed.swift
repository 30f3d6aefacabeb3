import RPC
import Testing
import WardlineAPI

/// A subscription as its reader sees it.
final class Feed {
  private let iterator: MessageStream<SubscribeResponse>.Iterator
  private(set) var cursor = ""

  init(_ person: Person, _ request: SubscribeRequest) async throws {
    iterator = try await person.events.subscribe(request).makeAsyncIterator()
  }

  /// The next answer of any kind; its cursor is the newest.
  func next() async throws -> SubscribeResponse? {
    guard let response = try await iterator.next() else { return nil }
    #expect(!response.cursor.isEmpty, "every answer carries a cursor")
    cursor = response.cursor
    return response
  }

  func nextEvent() async throws -> Event {
    while let response = try await next() {
      if case .event(let event) = response.body { return event }
    }
    throw RPCError(.unknown, "the subscription ended without an event")
  }

  /// The contents of the next messages, whatever else happens in between.
  func nextMessages(_ count: Int) async throws -> [String] {
    var contents: [String] = []
    while contents.count < count {
      if case .messageCreated(let message) = try await nextEvent().change {
        contents.append(message.content)
      }
    }
    return contents
  }

  func nextHeartbeat() async throws -> Heartbeat {
    while let response = try await next() {
      if case .heartbeat(let heartbeat) = response.body { return heartbeat }
    }
    throw RPCError(.unknown, "the subscription ended without a heartbeat")
  }
}
