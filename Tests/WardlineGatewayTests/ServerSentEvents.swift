import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A reader of `text/event-stream`, by the rules of the HTML standard.
final class ServerSentEvents {
  struct Event {
    let id: String
    let json: [String: Any]
  }

  let status: Int
  let contentType: String?
  private var body: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
  private var text = ""

  private let (gate, gatekeeper) = AsyncStream<Void>.makeStream()
  private let reading: Task<Void, Never>

  /// - Parameter isHeld: nothing is read from the connection until `letGo`.
  init(
    _ visitor: Visitor,
    _ path: String,
    lastEventID: String? = nil,
    isHeld: Bool = false
  ) async throws {
    if !isHeld { gatekeeper.finish() }
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(visitor.port)\(path)")
    if let authorization = visitor.authorization {
      request.headers.add(name: "Authorization", value: authorization)
    }
    if let cookie = visitor.cookie { request.headers.add(name: "Cookie", value: cookie) }
    if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    status = Int(response.status.code)
    contentType = response.headers.first(name: "Content-Type")
    let (parts, reader) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
    reading = Task { [gate] in
      for await _ in gate {}
      do {
        for try await part in response.body { reader.yield(part) }
        reader.finish()
      } catch {
        reader.finish(throwing: error)
      }
    }
    reader.onTermination = { [reading] _ in reading.cancel() }
    body = parts.makeAsyncIterator()
  }

  /// Gives the connection up.
  func close() { reading.cancel() }

  /// Begins to read.
  func letGo() { gatekeeper.finish() }

  /// The next block that has data.
  func nextEvent() async throws -> Event {
    while true {
      let lines = try await nextBlock()
      guard let data = Self.field("data", lines) else { continue }
      let json = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
      return Event(id: Self.field("id", lines) ?? "", json: json ?? [:])
    }
  }

  /// The next event that has a place in the log.
  func nextDurable() async throws -> Event {
    while true {
      let event = try await nextEvent()
      let type = event.json["type"] as? String ?? ""
      if !["presence", "typing"].contains(type) { return event }
    }
  }

  /// The place that the next heartbeat names.
  func nextHeartbeat() async throws -> String {
    while true {
      let lines = try await nextBlock()
      if lines.contains(": heartbeat") { return Self.field("id", lines) ?? "" }
    }
  }

  /// Everything up to the end.
  func rest() async throws -> String {
    while let part = try await body.next(isolation: #isolation) { text += String(buffer: part) }
    return text
  }

  private func nextBlock() async throws -> [String] {
    while true {
      if let end = text.firstRange(of: "\n\n") {
        let block = text[..<end.lowerBound].split(separator: "\n").map(String.init)
        text.removeSubrange(..<end.upperBound)
        return block
      }
      guard let part = try await body.next(isolation: #isolation) else {
        throw URLError(.networkConnectionLost)
      }
      text += String(buffer: part)
    }
  }

  private static func field(_ name: String, _ lines: [String]) -> String? {
    lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
  }
}
