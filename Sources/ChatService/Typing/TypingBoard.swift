import ChatModel
import ChatRepository
import Synchronization

/// Who is typing, told to the others of their conversations and kept nowhere.
///
/// Who is told is decided under the lock under which changes of membership are noted, and noted they
/// are before the subscribers hear of them: nobody is told anything after their own leave.
final class TypingBoard: Sendable {
  typealias Place = TypingStateMachine.Place

  private struct State {
    var machine = TypingStateMachine()
    var circles = LookUpCache<ConversationID, Circle>(costMax: 200_000)
    var wakeUp = WakeUp()
  }

  private let repository: any PresenceRepository
  private let hub: EventHub
  private let time: any Timekeeper
  private let state = Mutex(State())

  init(_ repository: any PresenceRepository, _ hub: EventHub, _ time: any Timekeeper) {
    self.repository = repository
    self.hub = hub
    self.time = time
  }

  /// A participant says that they type, or that they have ceased to.
  ///
  /// Where more than `membersMax` people are together, and in a broadcast, it is told to nobody.
  ///
  /// - Throws: `notFound(.conversation)`, `failedPrecondition` for one that is closed,
  ///   `limitReached` for one who types in too many conversations at once.
  func signal(_ isTyping: Bool, _ place: Place) async throws(ChatError) {
    let isShownToNobody = try await withCircle(of: place.conversation) { state, circle in
      guard let members = circle.members, circle.type != .broadcast else { return .success(true) }
      guard members.contains(place.user) else { return .failure(.notFound(.conversation)) }
      guard circle.isOpen else { return .failure(.failedPrecondition(.conversationClosed)) }
      guard let action = change(&state.machine, place, isTyping) else {
        return .failure(Self.tooMany)
      }
      tell(action, place, circle)
      plan(&state)
      return .success(false)
    }
    guard isShownToNobody else { return }
    guard try await repository.takesPart(place.user, in: place.conversation) else {
      throw .notFound(.conversation)
    }
  }

  private func change(
    _ machine: inout TypingStateMachine,
    _ place: Place,
    _ isTyping: Bool
  ) -> TypingStateMachine.Action? {
    isTyping ? machine.started(place, at: time.now) : machine.stopped(place, at: time.now)
  }

  /// Something was committed. Called before the subscribers hear of it.
  func committed(_ events: [Event]) {
    let ended = state.withLock { state in
      var ended: [Place] = []
      for event in events {
        guard let conversation = event.conversationID else { continue }
        let change = CircleChange(event)
        if change.isOfCircle { state.circles.changed(conversation) }
        if state.machine.isEmpty { continue }
        if change.kind == .closed { state.machine.closed(conversation) }
        guard let user = change.user else { continue }
        let place = Place(conversation: conversation, user: user)
        switch change.kind {
        case .wrote where state.machine.stopped(place, at: time.now) == .hide,
          .left where state.machine.left(place) == .hide:
          ended.append(place)
        default: break
        }
      }
      return ended
    }
    // The conversations may have to be looked up, which a commit does not wait for.
    if !ended.isEmpty { Task { for place in ended { await tellOfEnd(place) } } }
  }

  // MARK: Time

  private func plan(_ state: inout State) {
    let now = time.now
    guard let delay = state.wakeUp.plan(for: state.machine.nextDue, now: now) else { return }
    time.call(after: delay) { [weak self] in self?.cameUp() }
  }

  private func cameUp() {
    let changed = state.withLock { state in
      let now = time.now
      state.wakeUp.cameUp(at: now)
      var changed: [(Place, TypingStateMachine.Action)] = []
      while let (place, action) = state.machine.popDue(now) {
        if let circle = state.circles.remembered(place.conversation) {
          tell(action, place, circle)
        } else {
          changed.append((place, action))
        }
      }
      plan(&state)
      return changed
    }
    if !changed.isEmpty { Task { for (place, _) in changed { await tellOfEnd(place) } } }
  }

  // MARK: Telling

  /// Tells of one who may no longer be typing, unless they are again.
  private func tellOfEnd(_ place: Place) async {
    _ = try? await withCircle(of: place.conversation) { state, circle in
      tell(state.machine.isShown(place) ? .nothing : .hide, place, circle)
      return .success(())
    }
  }

  private func tell(_ action: TypingStateMachine.Action, _ place: Place, _ circle: Circle) {
    guard action != .nothing, circle.isOpen, circle.type != .broadcast,
      let members = circle.members
    else { return }
    let others = members.filter { $0 != place.user }
    let content = Ephemeral.typing(place.user, in: place.conversation, isTyping: action == .show)
    hub.push(LiveEphemeral(content), to: others)
  }

  /// Does something with what is known of a conversation, under the lock.
  ///
  /// - Throws: what `body` fails with; `notFound(.conversation)`; what a look-up fails with.
  private func withCircle<Value: Sendable>(
    of id: ConversationID,
    _ body: @Sendable (inout State, Circle) -> Result<Value, ChatError>
  ) async throws(ChatError) -> Value {
    for _ in 0..<Self.attemptsMax {
      let known: Result<Value, ChatError>? = state.withLock { state in
        if let circle = state.circles.remembered(id) { return body(&state, circle) }
        state.circles.began(id)
        return nil
      }
      if let known { return try known.get() }
      let found: Result<Circle?, ChatError>
      do throws(ChatError) {
        found = .success(try await repository.circle(of: id, membersMax: Self.membersMax))
      } catch {
        found = .failure(error)
      }
      let result: Result<Value, ChatError>? = state.withLock { state in
        let circle = (try? found.get()) ?? nil
        let cost = 1 + (circle?.members?.count ?? 0)
        let isTrue = state.circles.ended(id, with: circle, cost: cost)
        switch found {
        case .failure(let error): return .failure(error)
        case .success(nil): return .failure(.notFound(.conversation))
        case .success(let circle?): return isTrue ? body(&state, circle) : nil
        }
      }
      if let result { return try result.get() }
    }
    throw .unavailable
  }

  private static let tooMany = ChatError.limitReached(
    "you type in \(TypingStateMachine.placesMax) conversations already; each of them ends at most 6 s "
      + "after its last signal"
  )
  /// Where more are together, typing is not shown.
  static let membersMax = 200
  /// How often a conversation is looked up that changes meanwhile.
  private static let attemptsMax = 4
}
