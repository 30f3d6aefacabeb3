import Testing

@Suite("What people write is short")
struct LengthTests {
  /// Files that may be longer than `fileLinesMax`, each with the reason.
  private static let longFiles = [
    "Package.swift": "every target in one place, which is where one looks for it"
  ]
  /// Functions that may be longer than `functionLinesMax`, as `path: name`, each with the reason.
  private static let longFunctions: [String: String] = [:]

  private static let fileLinesSoftMax = 300
  private static let fileLinesMax = 400
  private static let functionLinesMax = 70

  @Test("no file is longer than 400 lines, and nine in ten have fewer than 300")
  func fileLength() {
    let long = Checkout.swiftFiles.filter { $0.lines.count > Self.fileLinesSoftMax }
    let tooLong = long.filter { $0.lines.count > Self.fileLinesMax }.map(\.path)
    #expect(tooLong.filter { Self.longFiles[$0] == nil } == [], "split them by idea")
    #expect(Self.longFiles.keys.filter { !tooLong.contains($0) } == [], "no longer needed")
    #expect(
      long.count * 10 <= Checkout.swiftFiles.count,
      "too many long files: \(long.map { "\($0.path) (\($0.lines.count))" })"
    )
  }

  @Test("no function is longer than 70 lines")
  func functionLength() {
    let tooLong = Checkout.swiftFiles.flatMap { file in
      Self.functions(of: file).filter { $0.lines > Self.functionLinesMax }
        .map { "\(file.path): \($0.name)" }
    }
    #expect(tooLong.filter { Self.longFunctions[$0] == nil } == [], "cut pure parts out")
    #expect(Self.longFunctions.keys.filter { !tooLong.contains($0) } == [], "no longer needed")
  }

  /// The functions of a formatted file: from `func name` or `init` to the closing brace that is
  /// indented as the declaration is.
  private static func functions(of file: SourceFile) -> [(name: String, lines: Int)] {
    let declaration = /^( *)(?:[@a-z()_]+ )*(?:func ([^\s(<]+)|(init)[?(<])/
    var found: [(String, Int)] = []
    for (start, line) in file.lines.enumerated() {
      guard let match = line.firstMatch(of: declaration), !line.hasSuffix("}") else { continue }
      let closing = match.1 + "}"
      guard let length = file.lines[start...].firstIndex(where: { $0 == closing }) else { continue }
      found.append((String(match.2 ?? match.3 ?? ""), length - start + 1))
    }
    return found
  }
}
