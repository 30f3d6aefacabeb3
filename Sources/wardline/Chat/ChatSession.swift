import Foundation
import RPC
import TTRPC
import UnixSignals
import WardlineAPI
import WardlineClient

/// Runs a chat: feeds what happens into its state and does what the state asks for.
struct ChatSession {
  let channel: ClientChannel
  let view: ChatView
  let inputs: AsyncStream<ChatInput>
  let feed: AsyncStream<ChatInput>.Continuation

  init(over channel: ClientChannel, view: ChatView) {
    self.channel = channel
    self.view = view
    (inputs, feed) = AsyncStream<ChatInput>.makeStream()
  }

  /// Returns the state at the end, when the one who types has left or the chat cannot go on.
  func run(_ initial: ChatState) async -> ChatState {
    var state = initial
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigwinch)
    await withTaskGroup { group in
      group.addTask { await follow() }
      group.addTask { await readKeys() }
      group.addTask {
        for await signal in signals {
          feed.yield(signal == .sigwinch ? .resized : .terminated)
        }
      }
      view.show([], state)
      loop: for await input in inputs {
        let effects = state.handle(input)
        view.show(effects, state)
        for effect in effects {
          if effect == .quit { break loop }
          perform(effect, state.conversationID, &group)
        }
      }
      group.cancelAll()
    }
    return state
  }

  private func perform(
    _ effect: ChatEffect,
    _ conversationID: String,
    _ group: inout TaskGroup<Void>
  ) {
    switch effect {
    case .loadHistory: group.addTask { await loadHistory(conversationID) }
    case .send(let line): group.addTask { await send(line, conversationID) }
    case .mark(let sequence): group.addTask { await mark(conversationID, upTo: sequence) }
    case .retryLater:
      group.addTask {
        try? await Task.sleep(for: Self.retryDelay)
        feed.yield(.retry)
      }
    case .show, .quit: break
    }
  }

  // MARK: Sources of input

  private func follow() async {
    do {
      for try await update in EventSubscription(over: channel, from: .now) {
        feed.yield(.update(update))
      }
    } catch {
      feed.yield(.subscriptionFailed(RPCError(from: error)))
    }
  }

  private func readKeys() async {
    var keys = KeyDecoder()
    var lines = LineSplitter()
    for await bytes in StandardInput.chunks() {
      switch view {
      case .screen: for key in keys.keys(bytes) { feed.yield(.key(key)) }
      case .lines: for line in lines.lines(bytes) { feed.yield(.line(line)) }
      }
    }
    if let rest = lines.rest() { feed.yield(.line(rest)) }
    feed.yield(.inputEnded)
  }

  // MARK: Calls

  private func loadHistory(_ conversationID: String) async {
    do {
      let page = try await MessagesClient(channel).list(
        ListMessagesRequest(conversationID: conversationID, limit: Self.historyCount),
        options: Self.options
      )
      let answer = try await ConversationsClient(channel).get(
        GetConversationRequest(conversationID: conversationID),
        options: Self.options
      )
      feed.yield(.history(answer.conversation ?? Conversation(), page.messages))
    } catch {
      feed.yield(.historyFailed(RPCError(from: error)))
    }
  }

  private func send(_ line: OutgoingLines.Line, _ conversationID: String) async {
    do {
      let request = SendMessageRequest(
        to: .conversationID(conversationID),
        content: line.text,
        idempotencyKey: line.key
      )
      feed.yield(
        .sent(line, try await MessagesClient(channel).send(request, options: Self.options))
      )
    } catch {
      feed.yield(.sendFailed(line, RPCError(from: error)))
    }
  }

  /// A message on the screen has been delivered and, as far as a terminal can tell, read.
  private func mark(_ conversationID: String, upTo sequence: Int64) async {
    let messages = MessagesClient(channel)
    do {
      _ = try await messages.markDelivered(
        MarkDeliveredRequest(conversationID: conversationID, upTo: sequence),
        options: Self.options
      )
      _ = try await messages.markRead(
        MarkReadRequest(conversationID: conversationID, upTo: sequence),
        options: Self.options
      )
      feed.yield(.marked(upTo: sequence))
    } catch {
      feed.yield(.markFailed)
    }
  }

  private static let historyCount: Int32 = 20
  private static let retryDelay = Duration.seconds(1)
  private static let options = CallOptions(timeout: .seconds(15))
}

extension RPCError {
  /// The status of a failed call; UNKNOWN for what is no status.
  fileprivate init(from error: any Error) {
    self = error as? RPCError ?? RPCError(.unknown, "\(error)")
  }
}
