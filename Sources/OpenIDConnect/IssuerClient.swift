import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks an issuer something. An answer has a time and a size, and leads nowhere else: a redirection
/// is a failure, so that no secret is carried on.
struct IssuerClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let body: Data
  }

  /// The time for one answer, from the connection to its last byte.
  let patience: Duration
  let clock = ContinuousClock()

  /// One for the process: it keeps connections.
  private static let client = HTTPClient(
    eventLoopGroup: HTTPClient.defaultEventLoopGroup,
    configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
  )

  /// The document at an address.
  func document(at address: String) async throws(OpenIDFailure) -> Data {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "Accept", value: "application/json")
    let answer = try await answer(to: request)
    guard answer.status == 200 else {
      throw .unavailable("the issuer answers with status \(answer.status)")
    }
    return answer.body
  }

  /// The answer to a form.
  ///
  /// - Parameter authorization: the header of that name, if there is to be one.
  func post(
    _ fields: [(name: String, value: String)],
    to address: String,
    authorization: String?
  ) async throws(OpenIDFailure) -> Answer {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    request.body = .bytes(ByteBuffer(string: FormText.encode(fields)))
    return try await answer(to: request)
  }

  private func answer(to request: HTTPClientRequest) async throws(OpenIDFailure) -> Answer {
    do {
      return try await withThrowingTaskGroup(of: Answer.self) { group in
        group.addTask { try await Self.fetch(request) }
        group.addTask {
          try await clock.sleep(for: patience)
          throw OpenIDFailure.unavailable("the issuer does not answer in time")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
      }
    } catch let failure as OpenIDFailure {
      throw failure
    } catch is NIOTooManyBytesError {
      throw .unavailable("the issuer's answer is longer than \(Self.bytesMax) bytes")
    } catch {
      throw .unavailable("the issuer cannot be reached: \(type(of: error))")
    }
  }

  private static func fetch(_ request: HTTPClientRequest) async throws -> Answer {
    let response = try await client.execute(request, timeout: .seconds(60))
    let body = try await response.body.collect(upTo: bytesMax)
    return Answer(status: Int(response.status.code), body: Data(body.readableBytesView))
  }

  /// Far more than any such document has.
  static let bytesMax = 256 << 10
}
