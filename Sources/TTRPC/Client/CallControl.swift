import NIOCore
import RPC

/// How the tasks of a caller reach their call on the connection's loop, even before it was opened.
struct CallControl: Sendable {
  private struct Slot {
    var call: PendingCall?
    /// Why the call was given up before it was opened.
    var givenUp: (any Error)?
  }

  private let loop: any EventLoop
  private let handler: NIOLoopBound<ClientHandler>
  private let slot: NIOLoopBoundBox<Slot>

  init(_ handler: NIOLoopBound<ClientHandler>, on loop: any EventLoop) {
    self.handler = handler
    self.loop = loop
    slot = NIOLoopBoundBox.makeBoxSendingValue(Slot(), eventLoop: loop)
  }

  /// Opens the call that is made on the loop, unless it was given up before.
  func open(timeout: Duration?, _ make: @escaping @Sendable () -> PendingCall) {
    loop.execute {
      let call = make()
      if let error = slot.value.givenUp { return call.end(.failure(error)) }
      slot.value.call = call
      handler.value.open(call, timeout: timeout)
    }
  }

  /// Ends the call with that error, unless it has ended.
  func giveUp(_ error: any Error) {
    loop.execute {
      if let call = slot.value.call {
        handler.value.giveUp(call, error)
      } else if slot.value.givenUp == nil {
        slot.value.givenUp = error
      }
    }
  }

  /// The reader of the call's stream has taken messages.
  func readerTook(_ consumed: PayloadQueue.Consumed) {
    loop.execute {
      if let call = slot.value.call { handler.value.readerTook(consumed, of: call) }
    }
  }

  /// The writer of the call's stream has written.
  func messagesPending() {
    loop.execute {
      if let call = slot.value.call { handler.value.messagesPending(call) }
    }
  }
}
