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
    do throws(GRPCRequestHead.Refusal) {
      let head = try GRPCRequestHead(headers, limits)
      guard let method = shared.method(at: head.path) else {
        throw .status(shared.unimplemented(head.path))
      }
      if let timeout = head.timeout, timeout <= 0 { throw .status(.deadlineExceeded) }
      if max(streams.count, runningHandlers) >= configuration.callsPerConnectionMax {
        shared.metrics.limitReached(.calls)
        throw .status(.tooManyCalls(configuration.callsPerConnectionMax))
      }
      open(id, head, method, isLast: isLast)
    } catch {
      refuse(id, error, isRemoteClosed: isLast)
    }
  }

  private func open(
    _ id: HTTP2StreamID,
    _ head: GRPCRequestHead,
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
      messageLengthMax: shared.configuration.messageLengthMax
    )
    let stream = GRPCStream(id, method, context, reader, window.initialStream, connection: self)
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
    isRemoteClosed: Bool
  ) {
    let headers: HPACKHeaders
    switch refusal {
    case .notGRPC(let status): headers = ResponseHeaders.notGRPC(status: status)
    case .status(let error): headers = ResponseHeaders.trailersOnly(error)
    case .encoding(let error):
      headers = ResponseHeaders.trailersOnly(error, listsEncodings: true)
    case .metadata(let error):
      shared.metrics.limitReached(.metadata)
      headers = ResponseHeaders.trailersOnly(error)
    }
    write(.headers(.init(headers: headers, endStream: true)), id)
    if !isRemoteClosed { finished.append(id) }
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
