import Foundation
import NIOCore
import ProtobufC
import RPC
import WardlineAPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the messages of an outbox are while the program is not running: one JSON file, which is
/// replaced as a whole, so that it is never half written.
struct OutboxFile: Sendable {
  private struct Row: Codable {
    var key: String
    /// The encoded request.
    var request: Data
    /// Nil while it waits.
    var code: Int32?
    var message: String?
  }

  let url: URL

  /// The messages that were kept; none when there is no file.
  ///
  /// - Throws: what reading and decoding throw.
  func read() throws -> [OutboxEntry] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: url))
    return try rows.map { row in
      OutboxEntry(
        key: row.key,
        request: try row.request.withUnsafeBytes { try SendMessageRequest(decoding: $0.bytes) },
        state: row.code.map {
          .failed(RPCError(StatusCode(rawValue: $0), row.message ?? ""))
        } ?? .waiting
      )
    }
  }

  /// Only the user of the program can read it: it holds what was written.
  ///
  /// - Throws: what encoding and writing throw.
  func write(_ entries: [OutboxEntry]) throws {
    let rows = try entries.map { entry in
      var bytes = ByteBuffer()
      try entry.request.encode(into: &bytes)
      var row = Row(key: entry.key, request: Data(bytes.readableBytesView))
      if case .failed(let error) = entry.state {
        row.code = error.code.rawValue
        row.message = error.message
      }
      return row
    }
    let beside = url.appendingPathExtension("new")
    let files = FileManager.default
    try? files.removeItem(at: beside)
    guard
      files.createFile(
        atPath: beside.path,
        contents: try JSONEncoder().encode(rows),
        attributes: [.posixPermissions: 0o600]
      )
    else { throw CocoaError(.fileWriteUnknown) }
    let file = try FileHandle(forWritingTo: beside)
    try file.synchronize()
    try file.close()
    // In one step, whether there is a file or not.
    guard rename(beside.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
