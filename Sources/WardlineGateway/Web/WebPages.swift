import Hummingbird
import NIOCore

/// The page of the web app and the files that it loads.
///
/// The page is the same for every path that the app has; the app shows what the path names. Files are
/// asked for below a folder that is named for their version, so browsers keep them for ever, and ask
/// for new ones when there are some.
struct WebPages: Sendable {
  private let page: WebFile
  private let worker: WebFile
  private let files: [String: WebFile]
  private let version: String
  private let headers: HTTPFields

  /// - Parameter files: those of the app, with `index.html` among them.
  init(_ files: [WebFile], headers: HTTPFields) {
    let version = WebFile.version(of: files)
    self.version = version
    self.headers = headers
    var named = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    let index = named.removeValue(forKey: "index.html")
    let script = named.removeValue(forKey: "service-worker.js")
    self.files = named
    page = Self.page(index, of: named.keys.sorted(), version: version)
    worker = Self.worker(script, of: named.keys.sorted(), version: version)
  }

  func add(to router: Router<some RequestContext>) {
    for path in ["/", "/dietitian-support", "/chat", "/chat/:conversationId"] {
      router.get(RouterPath(path)) { request, _ in
        answer(request, with: page, headers, caching: "no-cache")
      }
    }
    router.get("/service-worker.js") { request, _ in
      answer(request, with: worker, SecurityHeaders.ofWorker, caching: "no-cache")
    }
    router.get("/app/:version/**") { request, context in
      try file(request, version: context.parameters.require("version"))
    }
  }

  private func file(_ request: Request, version: String) throws -> Response {
    let path = request.uri.path.dropFirst("/app/\(version)/".count)
    guard version == self.version, let file = files[String(path)] else {
      throw HTTPError(.notFound)
    }
    return answer(
      request,
      with: file,
      SecurityHeaders.ofFiles,
      caching: "public, max-age=31536000, immutable"
    )
  }

  private func answer(
    _ request: Request,
    with file: WebFile,
    _ headers: HTTPFields,
    caching: String
  ) -> Response {
    var headers = headers
    let tag = "\"\(file.tag)\""
    headers[.eTag] = tag
    headers[.cacheControl] = caching
    headers[.vary] = "Accept-Encoding"
    if [tag, "*"].contains(request.headers[.ifNoneMatch]) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = file.contentType
    var body = file.bytes
    if let compressed = file.compressed, request.takesGzip {
      headers[.contentEncoding] = "gzip"
      body = compressed
    }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  /// The page with the folder of this version, and with all modules named at once: found one by one,
  /// each would cost a round trip.
  private static func page(_ index: WebFile?, of names: [String], version: String) -> WebFile {
    let modules = names.filter { $0.hasSuffix(".js") }
      .map { "<link rel=\"modulepreload\" href=\"/app/\($0)\">" }
    return fill(
      index,
      path: "index.html",
      ["<!-- modules -->": modules.joined(separator: "\n")],
      version: version
    )
  }

  /// The worker with the folder of this version and the files that it is to keep.
  private static func worker(_ script: WebFile?, of names: [String], version: String) -> WebFile {
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    return fill(script, path: "service-worker.js", ["/* files */": list], version: version)
  }

  private static func fill(
    _ template: WebFile?,
    path: String,
    _ places: [String: String],
    version: String
  ) -> WebFile {
    var text = String(buffer: template?.bytes ?? ByteBuffer())
    for (mark, content) in places { text.replace(mark, with: content) }
    text.replace("\"/app/", with: "\"/app/\(version)/")
    return WebFile(path: path, bytes: ByteBuffer(string: text))
  }
}

extension Request {
  fileprivate var takesGzip: Bool {
    headers[.acceptEncoding]?.split(separator: ",").contains { part in
      part.split(separator: ";").first?.filter { $0 != " " } == "gzip"
    } ?? false
  }
}
