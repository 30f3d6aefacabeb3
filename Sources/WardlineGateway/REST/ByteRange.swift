import Hummingbird
import WardlineAPI

/// The part of a file that a request asks for.
enum ByteRange {
  enum Wanted: Equatable {
    /// The caller has it already.
    case nothing
    case everything
    case part(ClosedRange<Int64>)
  }

  /// What of a file a request wants. Several ranges at once, and what is not understood, are answered
  /// with everything, as RFC 9110 allows.
  ///
  /// - Throws: a problem when the range lies behind the end.
  static func wanted(of file: Attachment, _ request: Request) throws(Problem) -> Wanted {
    let tag = "\"\(file.sha256)\""
    let known = request.headers[.ifNoneMatch] ?? ""
    if known.contains(tag) || known == "*" { return .nothing }
    if let condition = request.headers[.ifRange], condition != tag { return .everything }
    guard let range = request.headers[.range] else { return .everything }
    return try wanted(range, of: file.size)
  }

  static func wanted(_ range: String, of size: Int64) throws(Problem) -> Wanted {
    let text = range.filter { $0 != " " }
    guard text.hasPrefix("bytes="), !text.contains(",") else { return .everything }
    let ends = text.dropFirst(6).split(
      separator: "-",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else {
      return .everything
    }
    // More digits than a number has: behind the end of every file.
    let first = ends[0].isEmpty ? nil : Int64(ends[0]) ?? .max
    let last = ends[1].isEmpty ? nil : Int64(ends[1]) ?? .max
    switch (first, last) {
    case (nil, nil): return .everything
    case (nil, let length?):
      if length == 0 || size == 0 { throw notSatisfiable(size) }
      return .part(max(0, size - length)...(size - 1))
    case (let first?, let last):
      if let last, last < first { return .everything }
      if first >= size { throw notSatisfiable(size) }
      return .part(first...min(last ?? .max, size - 1))
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
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
