import HTTPTypes
import Logging
import NIOCore
import NIOWebSocket
import RPC
import WardlineAPI

/// One WebSocket: live events go out, requests come in, and their answers go out between the events.
struct EventSocket: Sendable {
  typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  typealias Outbound = NIOAsyncChannelOutboundWriter<WebSocketFrame>

  private let frames: Frames
  private let events: Result<EventFeed, EventsRefused>
  private let requests: SocketRequests

  init(
    _ frames: Frames,
    _ events: Result<EventFeed, EventsRefused>,
    _ requests: SocketRequests
  ) {
    self.frames = frames
    self.events = events
    self.requests = requests
  }

  /// Returns when the socket has closed, for whatever reason.
  func run(_ logger: Logger) async {
    do {
      try await frames.executeThenClose { inbound, outbound in
        await withTaskGroup(of: Side.self) { group in
          group.addTask { .reader(await readTexts(from: inbound, outbound)) }
          group.addTask { .writer(await sendEvents(to: outbound)) }
          switch await group.next() {
          case .reader(let ending?): try? await outbound.write(ending.frame)
          case .writer(let ending?):
            // Who closes too soon may take the reason along, so the other side goes first (RFC 6455,
            // 7.1.1), but not for ever.
            try? await outbound.write(ending.frame)
            group.addTask {
              await waitForFarewell()
              return .writer(nil)
            }
            _ = await group.next()
          default: break
          }
          group.cancelAll()
        }
      }
    } catch {
      logger.debug("a WebSocket was lost", metadata: ["error": "\(type(of: error))"])
    }
  }

  /// Which of the two has ended, and how; nil when nobody is there to be told.
  private enum Side {
    case reader(Ending?)
    case writer(Ending?)
  }

  /// How long the other side may take to close.
  private static let farewellTime = TimeAmount.seconds(2)

  /// Returns when that time is over, by the loop's clock, or at once when nobody waits for it.
  private func waitForFarewell() async {
    let end = frames.channel.eventLoop.scheduleTask(in: Self.farewellTime) {}
    await withTaskCancellationHandler {
      try? await end.futureResult.get()
    } onCancel: {
      end.cancel()
    }
  }

  /// The writer waits for the reader, and the feed for the writer.
  ///
  /// - Returns: why it ended; nil when nobody is there to be told.
  private func sendEvents(to outbound: Outbound) async -> Ending? {
    do {
      let feed = try events.get()
      var next: SubscribeResponse? = feed.first
      while let response = next {
        if let text = EventText(response) { try await outbound.write(.text(text.json)) }
        next = try await feed.next()
      }
      return Ending(.goingAway, "the server ends the events")
    } catch let error as RPCError {
      return Ending(error)
    } catch let refused as EventsRefused {
      return Ending(refused)
    } catch {
      return nil
    }
  }

  private func readTexts(
    from inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
    _ outbound: Outbound
  ) async -> Ending? {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      do {
        for try await frame in inbound {
          switch frame.opcode {
          case .text:
            let data = frame.unmaskedData
            guard let text = String(validating: data.readableBytesView, as: UTF8.self) else {
              return Ending(.dataInconsistentWithMessage, "a text is UTF-8")
            }
            if running == Self.requestsMax {
              await group.next()
              running -= 1
            }
            running += 1
            group.addTask {
              // Fails only when the socket has closed meanwhile.
              try? await outbound.write(.text(await requests.answer(text)))
            }
          case .ping:
            try await outbound.write(
              WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
            )
          case .connectionClose: return Ending(.normalClosure, "")
          case .pong: continue
          default: return Ending(.unacceptableData, "only texts are understood")
          }
        }
      } catch is FrameMasks.Missing {
        return Ending(.protocolError, "what a client sends is masked")
      } catch is NIOWebSocketError {
        return Ending(.messageTooLarge, "a text may have \(EventSockets.textBytesMax) bytes")
      } catch {
        return nil
      }
      // Nothing comes any more, and nobody has said goodbye: the server stops, or the peer is gone and
      // does not hear it.
      return Ending(.goingAway, "the server ends the events")
    }
  }

  /// Requests of one socket that run at a time.
  private static let requestsMax = 16
}

/// Why a socket is closed.
private struct Ending: Sendable {
  let code: WebSocketErrorCode
  let reason: String

  init(_ code: WebSocketErrorCode, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  init(_ error: RPCError) {
    switch error.code {
    case .unauthenticated: self.init(.unknown(4401), error.message)
    case .unavailable, .cancelled: self.init(.goingAway, error.message)
    case .invalidArgument, .permissionDenied: self.init(.policyViolation, error.message)
    default: self.init(.unexpectedServerError, "\(error.code)")
    }
  }

  init(_ refused: EventsRefused) {
    switch refused {
    case .expired(let reason): self.init(.unknown(4410), reason)
    case .tooMany(let reason): self.init(.unknown(4429), reason)
    case .invalid(let reason): self.init(.policyViolation, reason)
    }
  }

  var frame: WebSocketFrame {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    // A control frame carries 125 bytes, two of which are the code.
    data.writeBytes(reason.utf8.prefix(123))
    return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
  }
}

extension WebSocketFrame {
  fileprivate static func text(_ text: String) -> WebSocketFrame {
    WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
  }
}
