import Hummingbird
import WardlineAPI

/// The part of a file that a request asks for in its headers (RFC 9110).
enum ByteRange: Equatable {
  case everything
  /// From a byte on, as many as there are or so many at most.
  case from(Int64, count: Int64?)
  /// The last so many bytes.
  case last(Int64)

  /// Several ranges at once, and what is not understood, are answered with everything.
  init(_ header: String?) {
    self = header.flatMap(Self.parse) ?? .everything
  }

  private static func parse(_ header: String) -> ByteRange? {
    let text = header.filter { $0 != " " }
    guard text.hasPrefix("bytes="), !text.contains(",") else { return nil }
    let ends = text.dropFirst(6).split(
      separator: "-",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else { return nil }
    // More digits than a number has: behind the end of every file.
    let first = ends[0].isEmpty ? nil : Int64(ends[0]) ?? .max
    let last = ends[1].isEmpty ? nil : Int64(ends[1]) ?? .max
    switch (first, last) {
    case (nil, nil): return nil
    case (nil, let count?): return .last(count)
    case (let first?, nil): return .from(first, count: nil)
    case (let first?, let last?):
      if last < first { return nil }
      let (count, isTooMany) = (last - first).addingReportingOverflow(1)
      return .from(first, count: isTooMany ? nil : count)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The bytes that it means in a file.
  ///
  /// - Throws: a problem when there is none.
  func bytes(of size: Int64) throws(Problem) -> Range<Int64> {
    let range: Range<Int64>
    switch self {
    case .everything: return 0..<size
    case .from(let first, let count):
      range = min(first, size)..<(min(first, size) + min(count ?? .max, size - min(first, size)))
    case .last(let count): range = max(0, size - count)..<size
    }
    if range.isEmpty { throw Self.notSatisfiable(size) }
    return range
  }

  private static func notSatisfiable(_ size: Int64) -> Problem {
    Problem(
      .rangeNotSatisfiable,
      "RANGE_NOT_SATISFIABLE",
      "the file has \(size) bytes",
      field: "Range",
      headers: [.contentRange: "bytes */\(size)"]
    )
  }
}
