import NIOCore
import NIOHPACK
import NIOHTTP2
import RPC
import ServerEngine

// The messages and the ends of calls, always on the loop.
extension GRPCConnection {
  func respond(_ stream: GRPCStream, _ message: some RPCMessage) {
    guard stream.isOpen, stream.ending == nil else { return stream.handlerAnswered() }
    beginAnswer(stream)
    do {
      try message.encode(into: &scratch)
    } catch {
      return fail(stream, error)
    }
    answer(stream)
  }

  /// An answer is about to be encoded, behind its prefix where there is one.
  func beginAnswer(_ stream: GRPCStream) {
    scratch.clear()
    if stream.dialect.hasPrefixes { scratch.writeMessagePrefix(length: 0) }
  }

  /// Ends a call with the answer that has been encoded.
  func answer(_ stream: GRPCStream) {
    let hasPrefix = stream.dialect.hasPrefixes
    let length = scratch.readableBytes - (hasPrefix ? GRPCMessageDecoder.prefixLength : 0)
    if let error = tooLarge(length) { return fail(stream, error) }
    if hasPrefix {
      scratch.setInteger(UInt32(truncatingIfNeeded: length), at: scratch.readerIndex + 1)
    }
    stream.sentBytes = length
    if isWritable, scratch.readableBytes <= window.room(stream: stream.window) {
      writeData(scratch, on: stream)
    } else {
      unsentBytes += scratch.readableBytes
      stream.unsent.append(whole: scratch, isPrefixed: hasPrefix)
    }
    end(stream, after: .finish)
  }

  /// Ends a call with an error, after the messages that wait.
  func fail(_ stream: GRPCStream, _ error: any Error) {
    guard stream.isOpen, stream.ending == nil else { return stream.handlerAnswered() }
    end(stream, after: .fail(RPCError(thrown: error, logger: shared.logger)))
  }

  func finish(_ stream: GRPCStream) {
    guard stream.isOpen, stream.ending == nil else { return stream.handlerAnswered() }
    end(stream, after: .finish)
  }

  private func end(_ stream: GRPCStream, after ending: GRPCStream.Ending) {
    stream.ending = ending
    stream.handlerAnswered()
    if stream.dialect.endsInBody { appendEnd(ending, of: stream) }
    pump(stream)
    flushSoon()
  }

  /// What the body ends with waits for room like the messages before it.
  private func appendEnd(_ ending: GRPCStream.Ending, of stream: GRPCStream) {
    let body = ResponseEnd.body(stream.dialect, ending.error)
    unsentBytes += body.readableBytes
    stream.unsent.append(whole: body, isPrefixed: stream.dialect.hasPrefixes)
  }

  /// Ends a call with an error at once; what waits is dropped.
  func abort(_ stream: GRPCStream, _ error: RPCError) {
    guard stream.isOpen else { return }
    unsentBytes -= stream.unsent.count
    stream.unsent.drop()
    flushSoon()
    // Nothing can follow part of a message that has gone out.
    let isCut = stream.unsent.missing > 0 || (!stream.dialect.hasPrefixes && stream.isHeadSent)
    if !isCut, !stream.dialect.endsInBody { return perform(.fail(error), of: stream) }
    leaveTable(stream)
    if !isCut {
      endInBody(
        stream.id,
        stream.dialect,
        error,
        window: stream.window,
        isHeadSent: stream.isHeadSent
      )
      if !stream.reader.isRemoteClosed { finished.append(stream.id) }
      return streamEnded(stream, error.code)
    }
    reset(stream.id, error.code == .resourceExhausted ? .enhanceYourCalm : .cancel)
    streamEnded(stream, error.code)
  }

  /// Writes the end of a stream that has nothing left to send.
  func perform(_ ending: GRPCStream.Ending, of stream: GRPCStream) {
    leaveTable(stream)
    if stream.dialect.endsInBody {
      if !stream.isHeadSent {
        write(.headers(.init(headers: ResponseEnd.head(stream.dialect, ending.error))), stream.id)
      }
      write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)), stream.id)
    } else {
      write(.headers(.init(headers: trailers(ending, of: stream), endStream: true)), stream.id)
    }
    // The client need not send what nobody will read.
    if !stream.reader.isRemoteClosed { finished.append(stream.id) }
    streamEnded(stream, ending.error?.code ?? .ok)
  }

  private func trailers(_ ending: GRPCStream.Ending, of stream: GRPCStream) -> HPACKHeaders {
    switch ending {
    case .finish: stream.isHeadSent ? ResponseHeaders.ok : ResponseHeaders.okOnly
    case .fail(let error):
      stream.isHeadSent
        ? ResponseHeaders.trailers(error)
        : ResponseHeaders.trailersOnly(error)
    }
  }

  private func tooLarge(_ length: Int) -> RPCError? {
    let limit = shared.configuration.messageLengthMax
    if length <= limit { return nil }
    return RPCError(.resourceExhausted, "the answer has \(length) bytes; the limit is \(limit)")
  }

  // MARK: A stream of answers

  func send(_ stream: GRPCStream, _ message: some RPCMessage) -> StreamCredit {
    guard stream.isOpen, stream.ending == nil else { return .closed }
    scratch.clear()
    do {
      try message.encode(into: &scratch)
    } catch {
      fail(stream, error)
      return .closed
    }
    return send(stream, encoded: scratch)
  }

  func send(_ stream: GRPCStream, encoded payload: ByteBuffer) -> StreamCredit {
    guard stream.isOpen, stream.ending == nil else { return .closed }
    let length = payload.readableBytes
    if let error = tooLarge(length) {
      fail(stream, error)
      return .closed
    }
    stream.sentBytes += length
    stream.unsent.append(payload)
    let byteCount = length + GRPCMessageDecoder.prefixLength
    unsentBytes += byteCount
    turnBytes += byteCount
    if stream.unsent.count >= window.frameLengthMax {
      pump(stream)
      // Writing may find that the peer is gone.
      if !stream.isOpen { return .closed }
    } else if !stream.isDirty {
      stream.isDirty = true
      dirty.append(stream)
    }
    flushSoon()
    return credit(of: stream, afterSending: byteCount)
  }

  /// Whether a stream may go on after it has sent so many bytes. One that was told to wait and does
  /// not is ended in the end.
  private func credit(of stream: GRPCStream, afterSending byteCount: Int) -> StreamCredit {
    if hasCredit(stream) { return .available }
    guard stream.isStarved else {
      awaitCredit(stream)
      return .exhausted
    }
    stream.bytesBeyondCredit += byteCount
    guard stream.bytesBeyondCredit > shared.configuration.streamBytesMax else { return .exhausted }
    shared.metrics.limitReached(.streamBytes)
    abort(
      stream,
      RPCError(.resourceExhausted, "the stream is not read as fast as it is written")
    )
    return .closed
  }

  // MARK: Credit

  /// Whether the connection can take more in this turn of the loop.
  private var hasRoom: Bool {
    isWritable && turnBytes < shared.configuration.outboundHighWatermark
  }

  /// Whether a stream may write more: what it has written is, but for a little, on its way.
  func hasCredit(_ stream: GRPCStream) -> Bool {
    hasRoom && stream.unsent.count < Self.queueMax
  }

  /// Notes a stream that is to be told when there is credit again.
  func awaitCredit(_ stream: GRPCStream) {
    guard !stream.isStarved else { return }
    stream.isStarved = true
    starved.append(stream)
    if stream.unsent.count >= Self.queueMax { shared.metrics.windowStalled() }
    flushSoon()
  }

  /// Tells the streams that were told to wait and may go on.
  func returnCredit() {
    guard hasRoom, !starved.isEmpty else { return }
    let streams = starved
    starved = []
    for stream in streams where stream.isOpen {
      if hasCredit(stream) {
        stream.creditReturned()
      } else {
        starved.append(stream)
      }
    }
  }

  /// Bytes that may wait on a stream whose window is closed.
  private static let queueMax = 32 << 10
}
