import Interop

/// Which case runs between which client and server, as docs/conformance.md shows it.
enum ConformanceTable {
  /// Markdown.
  static var text: String {
    let header = "| case | " + InteropPair.all.map(title).joined(separator: " | ") + " |"
    let rule = "| --- |" + String(repeating: " :-: |", count: InteropPair.all.count)
    let rows = InteropCase.allCases.map { interopCase in
      "| \(interopCase.rawValue) | "
        + InteropPair.all.map { cell($0.obstacle(to: interopCase)) }.joined(separator: " | ") + " |"
    }
    let notes = Obstacle.allCases.map { "\($0.rawValue). \($0.reason)" }
    return ([header, rule] + rows + [""] + notes).joined(separator: "\n") + "\n"
  }

  private static func title(_ pair: InteropPair) -> String {
    "\(pair.client.rawValue) → \(pair.server.rawValue)\(pair.extensions ? ", extensions" : "")"
  }

  private static func cell(_ obstacle: Obstacle?) -> String {
    obstacle.map { "no (\($0.rawValue))" } ?? "runs"
  }
}
