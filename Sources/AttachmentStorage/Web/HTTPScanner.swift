import AsyncHTTPClient
public import ChatService
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Has a service look into each file: its bytes are the body of a POST.
///
/// The status is the verdict: 2xx is clean; 403, 406 and 422 are not; with any other the file is held
/// back and scanned again later. Nothing else of the file is told, its name neither.
public struct HTTPScanner: AttachmentScanner {
  private let url: String
  private let timeout: Duration
  private let client: HTTPClient

  /// - Parameters:
  ///   - url: with http:// or https://.
  ///   - timeout: the time for one file.
  /// - Returns: nil when `url` is none.
  public init?(url: String, timeout: Duration = .seconds(120)) {
    guard let parts = URL(string: url), ["http", "https"].contains(parts.scheme),
      parts.host() != nil
    else { return nil }
    self.url = url
    self.timeout = timeout
    client = HTTPClient.shared
  }

  public func scan(_ path: String) async throws(InspectionFailure) -> ScanVerdict {
    let status: Int
    do {
      status = try await post(path)
    } catch {
      throw InspectionFailure("the scanning service gave no answer")
    }
    switch status {
    case 200...299: return .clean
    case 403, 406, 422: return .rejected
    default: throw InspectionFailure("the scanning service answered with status \(status)")
    }
  }

  private func post(_ path: String) async throws -> Int {
    let chunks = try await FileChunks(path: path, threads: .singleton)
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/octet-stream")
    request.body = .stream(chunks, length: .known(chunks.size))
    let response = try await client.execute(request, timeout: TimeAmount(timeout))
    return Int(response.status.code)
  }
}
