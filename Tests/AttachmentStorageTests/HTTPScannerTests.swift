import AttachmentStorage
import ChatService
import Crypto
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServerProcess
import Testing

@Suite("A service that scans")
struct HTTPScannerTests {
  @Test(
    "the status is the verdict",
    arguments: [
      (200, ScanVerdict.clean), (204, .clean), (406, .rejected), (403, .rejected), (422, .rejected),
    ]
  )
  func verdicts(_ status: Int, _ verdict: ScanVerdict) async throws {
    let file = try TestFile(bytes(700_000))
    try await ScanService.run(answering: status, to: file.content) { url in
      let scanner = try #require(HTTPScanner(url: url))
      #expect(try await scanner.scan(file.path) == verdict)
    }
  }

  @Test("any other status is no verdict", arguments: [301, 404, 500, 503])
  func noVerdict(_ status: Int) async throws {
    let file = try TestFile(bytes(10))
    try await ScanService.run(answering: status, to: file.content) { url in
      let scanner = try #require(HTTPScanner(url: url))
      await #expect(throws: InspectionFailure.self) { try await scanner.scan(file.path) }
    }
  }

  @Test("a service that is not there is no verdict")
  func missing() async throws {
    let file = try TestFile(bytes(10))
    // The client tries to connect again and again, up to the timeout.
    let scanner = try #require(
      HTTPScanner(url: "http://127.0.0.1:1/scan", timeout: .milliseconds(300))
    )
    await #expect(throws: InspectionFailure("the scanning service gave no answer")) {
      try await scanner.scan(file.path)
    }
  }

  @Test("what is no address is refused", arguments: ["", "scan", "ftp://host/scan", "http://"])
  func addresses(_ url: String) {
    #expect(HTTPScanner(url: url) == nil)
  }
}

private struct TestFile {
  private let shelf: Shelf
  let content: [UInt8]
  let path: String

  init(_ content: [UInt8]) throws {
    shelf = try Shelf()
    self.content = content
    path = shelf.folder.url.appending(path: "file").path
    try Data(content).write(to: URL(filePath: path))
  }
}

private enum ScanService {
  /// Runs a service that answers a POST of these bytes with a status, and everything else with 400.
  static func run(
    answering status: Int,
    to content: [UInt8],
    _ body: (_ url: String) async throws -> Void
  ) async throws {
    let router = Router()
    router.post("/scan") { request, _ in
      let received = try await request.body.collect(upTo: 1 << 20)
      let isWhole = Array(received.readableBytesView) == content
      return Response(status: isWhole ? .init(code: status) : .badRequest)
    }
    let (ports, started) = AsyncStream<Int>.makeStream()
    let service = Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      for await port in ports {
        try await body("http://127.0.0.1:\(port)/scan")
        break
      }
      group.cancelAll()
    }
  }
}
