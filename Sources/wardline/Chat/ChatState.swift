import RPC
import WardlineAPI
import WardlineClient

/// A chat of two as a value: takes what happens, says what is to be done, touches nothing.
struct ChatState {
  enum Connection: Equatable {
    case connecting
    case connected
    case lost
  }

  let conversationID: String
  /// The name of the other side.
  let otherName: String
  /// The other side's user, once it is known.
  private var otherID = ""
  /// How the other side can be reached, as far as it is known.
  private(set) var otherPresence: UserPresence?
  private(set) var isOtherTyping = false
  private(set) var connection = Connection.connecting
  private(set) var transcript: Transcript
  private(set) var outgoing = OutgoingLines()
  private(set) var editor = LineEditor()
  /// The last thing worth saying below the conversation.
  private(set) var remark = ""
  /// Why the chat is over, when it is over by no wish of the one who types.
  private(set) var failure: RPCError?
  private let makeKey: () -> String
  private var isLoading = false
  private var hasHistory = false
  private var isLeaving = false
  private var markedUpTo: Int64 = 0
  private var isMarking = false

  init(me: String, conversationID: String, otherName: String, makeKey: @escaping () -> String) {
    self.conversationID = conversationID
    self.otherName = otherName
    self.makeKey = makeKey
    transcript = Transcript(me: me)
  }

  /// Everything is exhaustive here, so that a new input asks for its answer.
  mutating func handle(_ input: ChatInput) -> [ChatEffect] {
    switch input {
    case .key(let key): return pressed(key)
    case .line(let line): return submitted(line)
    case .inputEnded: return leave()
    case .update(let update): return updated(update)
    case .subscriptionFailed(let error):
      failure = error
      return [.quit]
    case .history(let conversation, let messages): return loaded(conversation, messages)
    case .historyFailed(let error):
      isLoading = false
      return retryOrFail(error)
    case .sent(let line, let answer): return sent(line, answer)
    case .sendFailed(let line, let error): return sendFailed(line, error)
    case .marked(let sequence):
      isMarking = false
      markedUpTo = max(markedUpTo, sequence)
      return work()
    case .markFailed:
      isMarking = false
      return [.retryLater]
    case .retry: return work()
    case .resized: return []
    case .terminated: return [.quit]
    }
  }

  // MARK: Typing

  private mutating func pressed(_ key: Key) -> [ChatEffect] {
    switch editor.handle(key) {
    case .edited, .nothing: return []
    case .submitted(let line): return submitted(line)
    case .interrupted: return [.quit]
    case .endOfInput: return leave()
    }
  }

  private mutating func submitted(_ line: String) -> [ChatEffect] {
    let isBlank = line.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    if isBlank || isLeaving { return [] }
    if line == "/quit" { return leave() }
    remark = ""
    outgoing.add(OutgoingLines.Line(key: makeKey(), text: line))
    return work()
  }

  /// Leaves as soon as everything that was typed is stored.
  private mutating func leave() -> [ChatEffect] {
    if isLeaving { return [.quit] }
    isLeaving = true
    if !outgoing.isEmpty { remark = "leaving when everything is sent; Ctrl-C leaves at once" }
    return work()
  }

  // MARK: The server

  private mutating func updated(_ update: SubscriptionUpdate) -> [ChatEffect] {
    switch update.change {
    case .connected:
      let wasLost = connection == .lost
      connection = .connected
      if wasLost { remark = "connected again" }
      return (wasLost ? [.show(.remark(remark))] : []) + work()
    case .lost:
      let isNews = connection != .lost
      connection = .lost
      otherPresence = nil
      isOtherTyping = false
      remark = "connection lost; trying again"
      return isNews ? [.show(.remark(remark))] : []
    case .event(let event): return happened(event)
    case .typing(let typing):
      guard typing.conversationID == conversationID else { return [] }
      isOtherTyping = typing.typing
      return []
    case .presence(let changed):
      for presence in changed.presences where presence.userID == otherID {
        otherPresence = presence
      }
      return []
    case .caughtUp, .passed: return []
    }
  }

  private mutating func happened(_ event: Event) -> [ChatEffect] {
    guard event.conversationID == conversationID else { return [] }
    switch event.change {
    case .messageCreated(let message): return shown([message]) + work()
    case .receiptMoved(let receipt) where receipt.userID != transcript.me:
      switch receipt.kind {
      case .delivered: return reached(delivered: receipt.upTo, read: 0)
      case .read, .acknowledged: return reached(delivered: 0, read: receipt.upTo)
      case .unspecified, .unrecognized: return []
      }
    default: return []
    }
  }

  private mutating func loaded(
    _ conversation: Conversation,
    _ messages: [Message]
  ) -> [ChatEffect] {
    isLoading = false
    hasHistory = true
    var effects = shown(messages)
    for participant in conversation.participants {
      if participant.userID == transcript.me {
        markedUpTo = max(markedUpTo, participant.readUpTo)
      } else {
        otherID = participant.userID
        otherPresence = participant.presence
        effects += reached(delivered: participant.deliveredUpTo, read: participant.readUpTo)
      }
    }
    return effects + work()
  }

  private mutating func shown(_ messages: [Message]) -> [ChatEffect] {
    messages.compactMap { message in transcript.add(message).map { .show(.message($0)) } }
  }

  private mutating func reached(delivered: Int64, read: Int64) -> [ChatEffect] {
    if transcript.read(upTo: read) { return [.show(.read(upTo: read))] }
    if transcript.delivered(upTo: delivered) { return [.show(.delivered(upTo: delivered))] }
    return []
  }

  private mutating func sent(
    _ line: OutgoingLines.Line,
    _ answer: SendMessageResponse
  ) -> [ChatEffect] {
    outgoing.settled(line.key)
    let message = Message(
      messageID: answer.messageID,
      conversationID: answer.conversationID,
      sequence: answer.sequence,
      senderID: answer.senderID,
      sender: Sender(senderID: answer.senderID, userID: transcript.me, displayName: "You"),
      content: line.text,
      createdAtMs: answer.createdAtMs
    )
    return shown([message]) + work()
  }

  private mutating func sendFailed(
    _ line: OutgoingLines.Line,
    _ error: RPCError
  ) -> [ChatEffect] {
    if error.isWorthTryingAgain {
      outgoing.unanswered(line.key)
      return [.retryLater]
    }
    outgoing.settled(line.key)
    remark = "not sent: \(error.message)"
    return [.show(.remark(remark))] + work()
  }

  private mutating func retryOrFail(_ error: RPCError) -> [ChatEffect] {
    if error.isWorthTryingAgain { return [.retryLater] }
    failure = error
    return [.quit]
  }

  /// Whatever can be done now and is not being done yet.
  private mutating func work() -> [ChatEffect] {
    guard connection == .connected else { return [] }
    var effects: [ChatEffect] = []
    if !hasHistory && !isLoading {
      isLoading = true
      effects.append(.loadHistory)
    }
    if let line = outgoing.next() { effects.append(.send(line)) }
    let newest = transcript.newestOfOthers
    if hasHistory && newest > markedUpTo && !isMarking {
      isMarking = true
      effects.append(.mark(upTo: newest))
    }
    if isLeaving && hasHistory && outgoing.isEmpty && !isMarking { effects.append(.quit) }
    return effects
  }
}

extension RPCError {
  /// Whether the same call may succeed later; a send keeps its key, so that it is stored once.
  var isWorthTryingAgain: Bool {
    switch code {
    case .unavailable, .cancelled, .deadlineExceeded, .aborted, .resourceExhausted: true
    default: false
    }
  }
}
