import RPC
import Testing
import WardlineAPI
import WardlineClient

@testable import wardline

@Suite("A chat as a value")
struct ChatStateTests {
  private func connected() -> ChatState {
    var number = 0
    var state = ChatState(me: "amara", conversationID: "k", otherName: "Eva") {
      number += 1
      return "key\(number)"
    }
    #expect(state.handle(.update(.init(.connected, cursor: "c"))) == [.loadHistory])
    #expect(state.handle(.history(Conversation(), [])).isEmpty)
    return state
  }

  private func message(_ sequence: Int64, by user: String) -> Message {
    Message(
      conversationID: "k",
      sequence: sequence,
      sender: Sender(userID: user),
      content: "text \(sequence)"
    )
  }

  private func created(_ sequence: Int64, by user: String) -> ChatInput {
    let event = Event(
      conversationID: "k",
      change: .messageCreated(message(sequence, by: user))
    )
    return .update(.init(.event(event), cursor: "c\(sequence)"))
  }

  private func receipt(_ kind: ReceiptKind, upTo: Int64, of user: String = "eva") -> ChatInput {
    let moved = ReceiptMoved(userID: user, kind: kind, upTo: upTo)
    let event = Event(conversationID: "k", change: .receiptMoved(moved))
    return .update(.init(.event(event), cursor: "c"))
  }

  private let lost = ChatInput.update(
    .init(.lost(RPCError(.unavailable, "gone"), retryAfter: .seconds(1)), cursor: "c")
  )
  private let first = OutgoingLines.Line(key: "key1", text: "one")
  private let second = OutgoingLines.Line(key: "key2", text: "two")

  @Test("lines go out one after the other, in order")
  func inOrder() {
    var state = connected()
    #expect(state.handle(.line("one")) == [.send(first)])
    #expect(state.handle(.line("two")).isEmpty)
    let answer = SendMessageResponse(conversationID: "k", sequence: 1)
    #expect(state.handle(.sent(first, answer)).contains(.send(second)))
    #expect(state.outgoing.lines == [second])
  }

  @Test("a line without an answer is sent again with its key, once the server is back")
  func resends() {
    var state = connected()
    _ = state.handle(.line("one"))
    _ = state.handle(lost)
    #expect(state.handle(.line("two")).isEmpty)
    #expect(state.handle(.sendFailed(first, RPCError(.unavailable, "gone"))) == [.retryLater])
    #expect(state.handle(.retry).isEmpty)
    #expect(state.handle(.update(.init(.connected, cursor: "c"))).contains(.send(first)))
    #expect(state.outgoing.lines == [first, second])
  }

  @Test("a line that the server will never take is said so and dropped")
  func refused() {
    var state = connected()
    _ = state.handle(.line("one"))
    let effects = state.handle(.sendFailed(first, RPCError(.invalidArgument, "too long")))
    #expect(effects == [.show(.remark("not sent: too long"))])
    #expect(state.outgoing.isEmpty)
  }

  @Test("a message that comes by the answer and by the event is shown once")
  func once() {
    var state = connected()
    _ = state.handle(.line("one"))
    _ = state.handle(created(1, by: "amara"))
    _ = state.handle(.sent(first, SendMessageResponse(conversationID: "k", sequence: 1)))
    _ = state.handle(created(1, by: "amara"))
    #expect(state.transcript.entries.map(\.sequence) == [1])
  }

  @Test("messages of the other side are marked, each call up to the newest")
  func marks() {
    var state = connected()
    #expect(state.handle(created(1, by: "eva")).contains(.mark(upTo: 1)))
    #expect(!state.handle(created(2, by: "eva")).contains(.mark(upTo: 2)))
    #expect(state.handle(.marked(upTo: 1)) == [.mark(upTo: 2)])
    #expect(state.handle(.marked(upTo: 2)).isEmpty)
    #expect(!state.handle(created(3, by: "amara")).contains(.mark(upTo: 3)))
  }

  @Test("receipts of the other side move the marks, forward only, and my own do not")
  func receipts() {
    var state = connected()
    for sequence in 1...3 { _ = state.handle(created(Int64(sequence), by: "amara")) }
    #expect(state.handle(receipt(.delivered, upTo: 3)) == [.show(.delivered(upTo: 3))])
    #expect(state.handle(receipt(.read, upTo: 2)) == [.show(.read(upTo: 2))])
    #expect(state.handle(receipt(.read, upTo: 1)).isEmpty)
    #expect(state.handle(receipt(.read, upTo: 3, of: "amara")).isEmpty)
    #expect((1...3).map { state.transcript.status($0) } == [.read, .read, .delivered])
  }

  @Test("leaving waits for what was typed; a second time, and Ctrl-C, do not")
  func leaving() {
    var state = connected()
    _ = state.handle(.line("one"))
    #expect(state.handle(.line("/quit")).isEmpty)
    #expect(state.handle(.inputEnded) == [.quit])
    #expect(state.handle(.key(.interrupt)) == [.quit])
    let answer = SendMessageResponse(conversationID: "k", sequence: 1)
    #expect(state.handle(.sent(first, answer)).last == .quit)
  }

  @Test("events of other conversations and blank lines change nothing")
  func ignored() {
    var state = connected()
    var other = message(1, by: "eva")
    other.conversationID = "other"
    let event = Event(conversationID: "other", change: .messageCreated(other))
    #expect(state.handle(.update(.init(.event(event), cursor: "c"))).isEmpty)
    #expect(state.handle(.line(" \t")).isEmpty)
    #expect(state.transcript.entries.isEmpty)
  }

  @Test("no drawing is wider or higher than the terminal, nor passes on what others may control")
  func drawing() {
    var state = connected()
    var hostile = message(1, by: "eva")
    hostile.content = "a\u{1B}[2Jb\u{9B}31m\u{202E}c\r\nd"
    let event = Event(conversationID: "k", change: .messageCreated(hostile))
    _ = state.handle(.update(.init(.event(event), cursor: "c")))
    for (columns, rows) in [(80, 24), (20, 5), (1, 1), (3, 2)] {
      let size = TerminalSize(columns: columns, rows: rows)
      let text = ChatScreen(size: size).drawing(state)
      #expect(!text.contains("\u{1B}[2J") && !text.unicodeScalars.contains("\u{9B}"))
      #expect(!text.unicodeScalars.contains("\u{202E}") && !text.contains("\n"))
      #expect(!text.contains("\u{1B}[\(rows + 1);"))
    }
  }
}
