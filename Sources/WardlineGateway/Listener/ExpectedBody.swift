import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request whose client waits to hear that it is wanted (RFC 9110, 10.1.1): whoever
/// begins to read it says so.
struct ExpectedBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  private let body: RequestBody
  private let channel: any Channel

  /// The request as its handler is to have it.
  static func announcing(_ request: Request, on channel: any Channel) -> Request {
    guard request.headers[.expect] != nil else { return request }
    var request = request
    request.body = RequestBody(asyncSequence: ExpectedBody(body: request.body, channel: channel))
    return request
  }

  func makeAsyncIterator() -> RequestBody.AsyncIterator {
    channel.triggerUserOutboundEvent(RequestFraming.BodyWanted(), promise: nil)
    return body.makeAsyncIterator()
  }
}
