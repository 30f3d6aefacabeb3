import NIOCore
import NIOHTTP1

/// Which requests of a connection of HTTP/1 are owed an answer, and how it goes on when what comes is
/// no HTTP. Does no I/O.
///
/// An answer belongs to a request (RFC 9112, 9.3.2), so the refusal of what is no request waits for the
/// answers to those before it.
struct HTTPExchanges {
  /// What the answer to a request must respect.
  struct Request: Equatable {
    /// Its answer has no body, whatever is written of one (RFC 9110, 9.3.2).
    var isHead = false
    /// It is of HTTP/1.0: its client understands no chunks, and reads until the connection closes.
    var isOld = false
  }

  enum Step: Equatable {
    case goOn
    /// The last that is owed has been written.
    case close
    /// This is to be answered to what could not be read, and then the connection closes.
    case refuse(HTTPResponseStatus)
  }

  private var owed = CircularBuffer<Request>()
  /// A request has begun, and its end has not come.
  private var isReceiving = false
  /// Nothing more is understood of what comes; and what that is answered with, if it belongs to no
  /// request that gets an answer.
  private(set) var isBroken = false
  private var refusal: HTTPResponseStatus?
  /// The last answer has been written: what is written behind it belongs to nothing.
  private(set) var isOver = false
  private var awaitsBody = false

  /// The request that is answered next.
  var front: Request? { owed.first }

  /// A request begins.
  ///
  /// - Returns: what to do if it is none that may be answered.
  mutating func received(_ head: HTTPRequestHead) -> Step {
    let isOld = head.version == .http1_0
    // RFC 9112, 3.2.
    guard isOld || head.headers["Host"].count == 1 else { return broke(.badRequest) }
    // RFC 9112, 6.1: in HTTP/1.0 it may be somebody's mistake, and others than chunks are not spoken.
    let codings = head.headers["Transfer-Encoding"]
    if isOld, !codings.isEmpty { return broke(.badRequest) }
    guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else {
      return broke(.notImplemented)
    }
    owed.append(Request(isHead: head.method == .HEAD, isOld: isOld))
    isReceiving = true
    awaitsBody =
      !isOld
      && head.headers[canonicalForm: "Expect"].contains { $0.lowercased() == "100-continue" }
    return .goOn
  }

  /// A part of a body has come: the client waits no longer for leave to send it.
  mutating func receivedBody() { awaitsBody = false }

  mutating func receivedEnd() {
    isReceiving = false
    awaitsBody = false
  }

  /// The body of the request in front is wanted.
  ///
  /// - Returns: whether its client waits to hear that.
  mutating func wantsBody() -> Bool {
    guard awaitsBody, owed.count == 1, !isBroken else { return false }
    awaitsBody = false
    return true
  }

  /// What has come cannot be read, nor anything behind it.
  mutating func broke(_ status: HTTPResponseStatus) -> Step {
    if isBroken { return .goOn }
    isBroken = true
    // Within a request it is that request's answer that says so, or has been given.
    refusal = isReceiving ? nil : status
    return owed.isEmpty ? last() : .goOn
  }

  /// An answer has been written whole.
  mutating func answered() -> Step {
    if !owed.isEmpty { owed.removeFirst() }
    return isBroken && owed.isEmpty ? last() : .goOn
  }

  private mutating func last() -> Step {
    isOver = true
    return refusal.map { .refuse($0) } ?? .close
  }
}
