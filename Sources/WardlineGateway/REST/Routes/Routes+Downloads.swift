import Hummingbird
import RPC
import WardlineAPI

extension Routes {
  /// Files on their way to those who may have them.
  static let downloads: [Route] = [
    file("/api/attachments/:id", "The bytes of a file, or a part of them") {
      try await $0.download()
    },
    file("/api/attachments/:id/thumbnail", "A small picture of a file") { call in
      let request = DownloadAttachmentRequest(
        attachmentID: call.parameter("id"),
        thumbnail: true
      )
      let bytes = try await FileBytes(request, call)
      return Answer(
        status: .ok,
        headers: .file(type: "image/jpeg", name: "thumbnail.jpg"),
        body: .bytes(bytes.responseBody(length: nil))
      )
    },
  ]

  private static func file(
    _ path: RoutePath,
    _ summary: String,
    handler: @escaping Route.Handler
  ) -> Route {
    Route(
      verb: .get,
      path: path,
      summary: summary,
      successes: [
        Route.Success(status: .ok, type: "application/octet-stream"),
        Route.Success(status: .partialContent, type: "application/octet-stream"),
        Route.Success(status: .notModified, type: nil),
      ],
      handler: handler
    )
    .withHeaders(.range)
  }
}

extension RouteCall {
  /// What the headers ask for goes into the one call that answers it: what the file is, comes with
  /// the first of its bytes.
  fileprivate func download() async throws -> Answer {
    let wish = DownloadWish(request.headers)
    let bytes = try await FileBytes(wish.call(for: parameter("id")), self)
    let file = try Routes.present(bytes.first.attachment)
    var headers = HTTPFields.file(type: file.contentType, name: file.fileName)
    headers[.acceptRanges] = "bytes"
    headers[.eTag] = "\"\(file.sha256)\""
    if wish.knows(file) { return Answer(status: .notModified, headers: headers) }
    let range = wish.range(of: file)
    let part = try range.bytes(of: file.size)
    let body = Answer.Body.bytes(bytes.responseBody(length: part.count))
    if range == .everything { return Answer(status: .ok, headers: headers, body: body) }
    headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
    return Answer(status: .partialContent, headers: headers, body: body)
  }
}

/// The bytes of a file as the server gives them, of which the first answer has come: so what stands
/// in the way is known before the header goes out.
private struct FileBytes: Sendable {
  let first: DownloadAttachmentResponse
  private let rest: MessageStream<DownloadAttachmentResponse>.Iterator

  init(_ request: DownloadAttachmentRequest, _ call: RouteCall) async throws {
    rest = try await call.api.attachments.download(request, options: call.options)
      .makeAsyncIterator()
    first = try Routes.present(try await rest.next())
  }

  /// - Parameter length: the bytes there are, if that is known.
  func responseBody(length: Int?) -> ResponseBody {
    ResponseBody(contentLength: length) { [first, rest] writer in
      if !first.data.isEmpty { try await writer.write(ByteBuffer(bytes: first.data)) }
      while let next = try await rest.next() {
        try await writer.write(ByteBuffer(bytes: next.data))
      }
      try await writer.finish(nil)
    }
  }
}
