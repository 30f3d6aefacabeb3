import Foundation
import TTRPC
import Testing

@Suite("What docs/operations.md says of the limits")
struct LimitDocumentationTests {
  struct Row: Hashable {
    let name: String
    let value: Int
    let unit: String
  }

  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/operations.md")
  }

  /// The rows of tables whose second cell is a number: `name`, default, unit, what happens.
  private static func rows() throws -> [Row] {
    let text = try String(contentsOf: file, encoding: .utf8)
    let names = Set(ServerLimit.allCases.map(\.rawValue))
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[0].hasPrefix("`"), cells[0].hasSuffix("`") else { return nil }
      let name = String(cells[0].dropFirst().dropLast())
      guard names.contains(name) || Int(cells[1].replacing(",", with: "")) != nil else {
        return nil
      }
      let value = Int(cells[1].replacing(",", with: "")) ?? -1
      return Row(name: name, value: value, unit: cells[2])
    }
  }

  @Test("the ceiling of a connection's memory is the one of the code")
  func ceiling() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let bytes = ServerConfiguration().connectionMemoryMax
    let shown = bytes.formatted(.number.locale(Locale(identifier: "en_US")))
    #expect(text.contains("at most \(shown) bytes (\((bytes + (1 << 19)) >> 20) MiB)"))
    var small = ServerConfiguration()
    small[.frameBytes] = 65_536
    small[.inboundBytesPerConnection] = 262_144
    small[.outboundBytesPerConnection] = 1_048_576
    small[.handlersPerConnection] = 128
    #expect(text.contains("makes it \((small.connectionMemoryMax + (1 << 19)) >> 20) MiB"))
  }

  @Test("each has one row, and no row is of another")
  func names() throws {
    let names = try Self.rows().map(\.name)
    #expect(names.sorted() == ServerLimit.allCases.map(\.rawValue).sorted())
  }

  @Test("defaults and units are those of the code")
  func values() throws {
    let configuration = ServerConfiguration()
    for row in try Self.rows() {
      let limit = try #require(ServerLimit(rawValue: row.name))
      #expect(row.value == configuration[limit], "\(row.name)")
      #expect((row.unit == "ms") == limit.isTime, "\(row.name)")
      let isOfBytes =
        row.name.contains("bytes") || row.name.contains("water")
        || row.name.contains("window")
      #expect((row.unit == "bytes") == isOfBytes, "\(row.name)")
    }
  }
}
