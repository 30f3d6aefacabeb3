import Hummingbird

/// What a route answers.
struct Answer: Sendable {
  enum Body: Sendable {
    case none
    case json(String)
    /// Bytes of another kind, with the headers that belong to them.
    case bytes(ResponseBody)
  }

  var status: HTTPResponse.Status
  var headers = HTTPFields()
  var body = Body.none

  static let noContent = Answer(status: .noContent)

  var response: Response {
    var headers = headers
    let content: ResponseBody
    switch body {
    case .none: content = ResponseBody()
    case .json(let text):
      headers[.contentType] = "application/json; charset=utf-8"
      content = ResponseBody(byteBuffer: ByteBuffer(string: text))
    case .bytes(let bytes): content = bytes
    }
    return Response(status: status, headers: headers, body: content)
  }
}
