import RPC
import Synchronization
import TTRPC
import WardlineAPI
import WardlineClient

/// One side of the demo's conversation: sends, follows the events, and writes down both.
final class DemoPerson: Sendable {
  private struct Notes {
    var answered: [DemoMessage] = []
    var received: [DemoMessage] = []
    var othersReadUpTo: Int64 = 0
    var resumptions = 0
  }

  let member: SampleClinic.Member
  let channel: ClientChannel
  private let other: String
  private let notes = Mutex(Notes())
  private let changes: AsyncStream<Void>
  private let changed: AsyncStream<Void>.Continuation

  init(_ member: SampleClinic.Member, talkingTo other: String, over channel: ClientChannel) {
    self.member = member
    self.other = other
    self.channel = channel
    (changes, changed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// What the server has confirmed as stored.
  var answered: [DemoMessage] { notes.withLock { $0.answered } }
  /// What was pushed, in the order in which it came.
  var received: [DemoMessage] { notes.withLock { $0.received } }
  /// The newest of the conversation's messages that the other side is known to have read.
  var othersReadUpTo: Int64 { notes.withLock { $0.othersReadUpTo } }
  /// How often the subscription went on after a lost connection.
  var resumptions: Int { notes.withLock { $0.resumptions } }

  // MARK: Sending

  /// Sends one line and returns when the server has it on disk.
  func send(_ line: DemoLine) async throws -> SendMessageResponse {
    let request = SendMessageRequest(
      to: .recipientID(other),
      content: line.text,
      idempotencyKey: line.key
    )
    let options = CallOptions(timeout: .seconds(10))
    let answer = try await MessagesClient(channel).send(request, options: options)
    let message = DemoMessage(sequence: answer.sequence, author: member.id, text: line.text)
    notes.withLock { $0.answered.append(message) }
    return answer
  }

  /// Says that everything up to there has been delivered, and then that it has been read.
  func read(_ conversationID: String, upTo sequence: Int64) async throws {
    let messages = MessagesClient(channel)
    _ = try await messages.markDelivered(
      MarkDeliveredRequest(conversationID: conversationID, upTo: sequence)
    )
    _ = try await messages.markRead(
      MarkReadRequest(conversationID: conversationID, upTo: sequence)
    )
  }

  // MARK: Receiving

  /// Follows the events for ever, from the first one.
  func follow() async throws {
    // Whoever waits for more than has come must not wait for ever.
    defer { changed.finish() }
    let settings = SubscriptionSettings(delay: Backoff(maximum: .milliseconds(400)))
    let subscription = EventSubscription(over: channel, from: .firstEvent, settings: settings)
    var isLost = false
    for try await update in subscription {
      switch update.change {
      case .event(let event): received(event)
      case .lost:
        if !isLost { say("has lost the connection and keeps trying") }
        isLost = true
      case .connected:
        if isLost { resumed() }
        isLost = false
      case .caughtUp, .passed, .typing, .presence: break
      }
      changed.yield()
    }
  }

  private func received(_ event: Event) {
    switch event.change {
    case .messageCreated(let message):
      notes.withLock { $0.received.append(DemoMessage(message)) }
      let name = Rendering.plain(Rendering.name(message))
      say("⇐ #\(message.sequence) \(name): \(Rendering.plain(message.content))")
    case .receiptMoved(let receipt):
      let isOfOther = receipt.userID != member.id
      guard isOfOther else { break }
      if receipt.kind == .read {
        notes.withLock { $0.othersReadUpTo = max($0.othersReadUpTo, receipt.upTo) }
      }
      let what = receipt.kind == .read ? "read" : "got"
      say("⇐ \(Rendering.plain(receipt.userID)) has \(what) everything up to #\(receipt.upTo)")
    case .conversationCreated(let conversation):
      say("⇐ a conversation of \(Rendering.plain(Rendering.people(conversation)))")
    default: break
    }
  }

  private func resumed() {
    notes.withLock { $0.resumptions += 1 }
    say("is connected again and goes on after the last event received")
  }

  /// Waits until what was received fulfils the condition. One caller at a time.
  func wait(until isFulfilled: @Sendable (DemoPerson) -> Bool) async {
    if isFulfilled(self) { return }
    for await _ in changes where isFulfilled(self) { return }
  }

  private func say(_ what: String) {
    let name = member.id + String(repeating: " ", count: max(0, 13 - member.id.count))
    Terminal.print("   \(name) \(what)")
  }
}
