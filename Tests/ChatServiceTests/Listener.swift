import ChatModel
import ChatRepository
import ChatService
import Testing

/// A subscriber who notes everything, with room for so much.
final class Listener: SubscriptionSink {
  let user: UserID
  private let notes = Box<[Note]>([])
  private let isFull = Box(false)
  private let held = Box<Subscription?>(nil)

  enum Note: Equatable {
    case event(EventPosition)
    case ephemeral(Ephemeral)
    case caughtUp
  }

  init(_ user: UserID) { self.user = user }

  /// A subscription from now on that is live.
  static func live(_ person: Principal, _ ward: Ward) async throws -> Listener {
    let listener = Listener(person.userID)
    let place = try await ward.chat.subscriptions.place(.now, person)
    let executor = ImmediateCompletionExecutor.shared
    let subscription = ward.chat.subscriptions.open(at: place, person, on: executor, listener)
    listener.held.set(subscription)
    try await eventually("the subscription is live") { subscription.isLive }
    return listener
  }

  var all: [Note] { notes.value }

  var ephemeral: [Ephemeral] {
    notes.value.compactMap { if case .ephemeral(let content) = $0 { content } else { nil } }
  }

  /// Whether each who typed is typing, in the order told.
  var typing: [Bool] {
    ephemeral.compactMap { if case .typing(_, _, let isTyping) = $0 { isTyping } else { nil } }
  }

  /// What was told of others, in the order told.
  var presences: [Presence] {
    ephemeral.flatMap { content -> [Presence] in
      guard case .presence(let presences, _) = content else { return [] }
      return presences
    }
  }

  func stopReading() { isFull.set(true) }

  func readAgain() {
    isFull.set(false)
    held.value?.creditReturned()
  }

  func close() {
    held.value?.end()
    held.set(nil)
  }

  func send(_ event: LiveEvent) -> Bool {
    notes.change { $0.append(.event(event.event.position)) }
    return !isFull.value
  }

  func send(_ ephemeral: LiveEphemeral, at position: EventPosition) -> Bool {
    notes.change { $0.append(.ephemeral(ephemeral.content)) }
    return !isFull.value
  }

  func caughtUp() { notes.change { $0.append(.caughtUp) } }
  func failed(_ error: ChatError) {}
}
