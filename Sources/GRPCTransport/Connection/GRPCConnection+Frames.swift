import NIOCore
import NIOHPACK
import NIOHTTP2
import RPC

// From frames to calls.
extension GRPCConnection {
  func received(_ frame: HTTP2Frame) {
    switch frame.payload {
    case .headers(let headers):
      if let stream = streams[frame.streamID] {
        // Trailers of the client say nothing but that it has ended its side.
        if headers.endStream { received(ByteBuffer(), isLast: true, on: stream) }
      } else if frame.streamID > lastStreamID {
        open(frame.streamID, headers.headers, isLast: headers.endStream)
      } else if headers.endStream {
        remoteClosed(frame.streamID)
      }
    case .data(let data):
      if let stream = streams[frame.streamID], case .byteBuffer(let bytes) = data.data {
        received(bytes, isLast: data.endStream, on: stream)
      } else if data.endStream {
        remoteClosed(frame.streamID)
      }
    case .windowUpdate(let byteCount):
      granted(byteCount, on: frame.streamID)
    case .settings(.settings(let settings)):
      countControlFrame()
      for setting in settings { changed(setting) }
    case .ping(_, let isAnswer):
      if !isAnswer { countControlFrame() }
    case .priority:
      countControlFrame()
    case .settings(.ack), .rstStream, .goAway, .pushPromise, .alternativeService, .origin:
      break
    }
  }

  /// The client has ended its side of a stream that we have ended: nothing needs to be reset.
  private func remoteClosed(_ id: HTTP2StreamID) {
    finished.removeAll { $0 == id }
  }

  /// A client that measures the connection sends a ping for what it is sent. One that sends pings for
  /// nothing is sent away.
  private func countControlFrame() {
    if hasSentData {
      hasSentData = false
      return
    }
    guard !controlFrames.spend(at: Int64(clamping: startedAt.uptimeNanoseconds)) else { return }
    shared.metrics.limitReached(.pings)
    sendGoAway(.enhanceYourCalm, "too_many_pings")
    close(because: "too many pings and settings")
  }

  private func changed(_ setting: HTTP2Setting) {
    switch setting.parameter {
    case .initialWindowSize:
      let change = window.initialStreamChanged(to: setting.value)
      for stream in streams.values { granted(change, on: stream) }
    case .maxFrameSize:
      window.frameLengthMaxChanged(to: setting.value)
    default: break
    }
  }

  // MARK: Opening

  private func open(_ id: HTTP2StreamID, _ headers: HPACKHeaders, isLast: Bool) {
    lastStreamID = max(lastStreamID, id)
    watchdog.called(at: startedAt)
    if isDraining { return reset(id, .refusedStream) }
    let configuration = shared.configuration
    let limits = GRPCRequestHead.MetadataLimits(
      entries: configuration.metadataEntriesMax,
      bytes: configuration.metadataBytesMax
    )
    var dialect = CallDialect.grpc
    do throws(GRPCRequestHead.Refusal) {
      dialect = try GRPCRequestHead.dialect(of: headers)
      let head = try GRPCRequestHead(headers, dialect, limits)
      guard let method = shared.method(at: head.path) else {
        throw .status(shared.unimplemented(head.path))
      }
      guard dialect.suits(isUnary: method.descriptor.kind == .unary) else {
        throw .notGRPC(status: 415)
      }
      if let timeout = head.timeout, timeout <= 0 { throw .status(.deadlineExceeded) }
      if max(streams.count, runningHandlers) >= configuration.callsPerConnectionMax {
        shared.metrics.limitReached(.calls)
        throw .status(.tooManyCalls(configuration.callsPerConnectionMax))
      }
      open(id, head, dialect, method, isLast: isLast)
    } catch {
      refuse(id, error, dialect, isRemoteClosed: isLast)
    }
  }

  private func open(
    _ id: HTTP2StreamID,
    _ head: GRPCRequestHead,
    _ dialect: CallDialect,
    _ method: ServerMethod,
    isLast: Bool
  ) {
    let context = ServerContext(
      method: method.descriptor,
      metadata: head.metadata,
      deadline: deadline(after: head.timeout),
      connection: peer,
      startedAt: startedAt
    )
    let reader = GRPCRequestReader(
      takesStream: method.descriptor.kind.clientStreams,
      hasPrefixes: dialect.hasPrefixes,
      encoding: head.encoding,
      messageLengthMax: shared.configuration.messageLengthMax
    )
    let stream = GRPCStream(id, method, context, reader, window.initialStream, connection: self)
    stream.dialect = dialect
    streams[id] = stream
    if head.timeout != nil { opened.append(stream) }
    if method.descriptor.kind.clientStreams {
      expectMessages(stream)
      arrived(stream, ByteBuffer())
    }
    if isLast { received(ByteBuffer(), isLast: true, on: stream) }
  }

  private func deadline(after nanoseconds: Int64?) -> NIODeadline? {
    guard let nanoseconds else { return nil }
    let longest = shared.configuration.deadlineMax.nanoseconds
    if nanoseconds > longest { shared.metrics.limitReached(.deadline) }
    return startedAt + .nanoseconds(min(nanoseconds, longest))
  }

  // MARK: Refusals

  private func refuse(
    _ id: HTTP2StreamID,
    _ refusal: GRPCRequestHead.Refusal,
    _ dialect: CallDialect,
    isRemoteClosed: Bool
  ) {
    switch refusal {
    case .notGRPC(let status):
      write(.headers(.init(headers: ResponseHeaders.notGRPC(status: status), endStream: true)), id)
    case .status(let error): refuse(id, error, dialect)
    case .encoding(let error): refuse(id, error, dialect, listsEncodings: true)
    case .metadata(let error):
      shared.metrics.limitReached(.metadata)
      refuse(id, error, dialect)
    }
    if !isRemoteClosed { finished.append(id) }
  }

  private func refuse(
    _ id: HTTP2StreamID,
    _ error: RPCError,
    _ dialect: CallDialect,
    listsEncodings: Bool = false
  ) {
    if dialect.endsInBody {
      endInBody(id, dialect, error, window: window.initialStream, isHeadSent: false)
    } else {
      let headers = ResponseHeaders.trailersOnly(error, listsEncodings: listsEncodings)
      write(.headers(.init(headers: headers, endStream: true)), id)
    }
  }

  /// Ends a stream with what its body ends with, at once: there may be no room for it, and then the
  /// stream is reset.
  func endInBody(
    _ id: HTTP2StreamID,
    _ dialect: CallDialect,
    _ error: RPCError?,
    window streamWindow: Int,
    isHeadSent: Bool
  ) {
    let body = ResponseEnd.body(dialect, error)
    guard body.readableBytes <= window.room(stream: streamWindow) else {
      return reset(id, .cancel)
    }
    if !isHeadSent { write(.headers(.init(headers: ResponseEnd.head(dialect, error))), id) }
    window.wrote(body.readableBytes)
    write(.data(.init(data: .byteBuffer(body), endStream: true)), id)
  }

  /// Ends a stream in both directions.
  func reset(_ id: HTTP2StreamID, _ code: HTTP2ErrorCode) {
    write(.rstStream(code), id)
  }
}

extension GRPCShared {
  /// The method of a path such as `/package.Service/Method`.
  fileprivate func method(at path: String) -> ServerMethod? {
    var path = path
    return path.withUTF8 { bytes in
      guard bytes.first == UInt8(ascii: "/"), let slash = bytes.lastIndex(of: UInt8(ascii: "/")),
        slash > 0
      else { return nil }
      let service = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[1..<slash]))
      let name = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[(slash + 1)...]))
      return lookup.find(service, name)?._withUnsafeGuaranteedRef { $0 }
    }
  }

  fileprivate func unimplemented(_ path: String) -> RPCError {
    // It came from outside: no longer than what helps.
    let names = path.dropFirst().prefix(256).split(
      separator: "/",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    let service = names.first ?? ""
    let isKnown = table.methods.contains { $0.descriptor.service == service }
    guard isKnown, names.count == 2 else {
      return .unimplemented("there is no service \(service)")
    }
    return .unimplemented("service \(service) has no method \(names[1])")
  }
}

extension RPCError {
  fileprivate static func tooManyCalls(_ limit: Int) -> RPCError {
    RPCError(.resourceExhausted, "too many calls on this connection; there may be \(limit)")
  }
}
