import NIOCore
import ProtobufC
import RPC
import TTRPCWire

// What the two sides can agree on beyond ttrpc 1.2.
extension ServerConnection {
  /// Whether the service of a request is the engine's own.
  static func isEngineService(_ name: UnsafeRawBufferPointer) -> Bool {
    name.elementsEqual(Negotiation.method.service.utf8)
  }

  /// Answers a call of the engine's own service.
  func callEngine(_ id: StreamID, _ request: RequestEnvelope) {
    guard request.method.elementsEqual(Negotiation.method.name.utf8) else {
      let service = Negotiation.method.service
      outbound.writeResponse(
        id,
        error: .unimplemented("service \(service) has no such method")
      )
      return
    }
    do {
      let offer = try Negotiation(decoding: request.payload)
      if machine.extensionsSince == nil { peerWindow = offer.initialWindow }
      machine.negotiated(on: id)
      lookInTime(at: pass.startedAt)
      let answer = Negotiation(initialWindow: shared.configuration.initialWindow)
      outbound.writeResponse(id, payload: answer.encoded())
    } catch {
      refuseMalformed(id, status(of: error, in: request.payload.count))
    }
  }

  /// A frame that grants credit has arrived.
  func windowUpdated(_ stream: ServerStream, _ data: ByteBuffer) {
    guard let byteCount = data.getInteger(at: data.readerIndex, as: UInt32.self) else { return }
    windowUpdated(stream, by: Int(byteCount))
  }

  /// The client has given up on a stream.
  func cancelled(_ stream: ServerStream) {
    abandoned(stream)
    streamEnded(stream, .cancelled)
    if budgets.cancels.spend(at: now) { return }
    let isBurst = budgets.cancels.isWithinFirstBurst
    shared.metrics.limitReached(isBurst ? .cancelBurst : .cancelsPerSecond)
    close(because: "too many cancelled streams")
  }

  func answerPing(_ data: ByteBuffer) {
    guard budgets.pings.spend(at: now) else {
      let isBurst = budgets.pings.isWithinFirstBurst
      shared.metrics.limitReached(isBurst ? .pingBurst : .pingsPerSecond)
      return close(because: "too many pings")
    }
    guard let opaque = data.getInteger(at: data.readerIndex, as: UInt64.self) else { return }
    outbound.writePing(opaque, isAnswer: true)
    countAutomaticAnswer()
  }

  private var now: Int64 { Int64(clamping: peer.eventLoop.now.uptimeNanoseconds) }
}
