import LoadGeneration

/// The table that is printed.
struct Report {
  func begin(runs: Int, seconds: Double) {
    let placement =
      CPUAffinity.isAvailable
      ? "server on processor 0, load on processor 1" : "server and load share the processors"
    print("median of \(runs) runs of \(seconds) s; \(placement)")
    print(Self.row("case", "per second", "least", "most", "server us each", ""))
  }

  func add(_ name: String, _ results: [LoadReport], unit: String) {
    let rates = results.map(\.callsPerSecond).sorted()
    let costs = results.map { $0.metered * 1e6 / Double($0.answers) }.sorted()
    guard let least = rates.first, let most = rates.last else { return }
    let cost = costs[costs.count / 2]
    print(
      Self.row(
        name,
        Self.text(rates[rates.count / 2]),
        Self.text(least),
        Self.text(most),
        String(Double((cost * 100).rounded()) / 100),
        unit
      )
    )
  }

  private static func row(_ cells: String...) -> String {
    zip(cells, [30, 14, 14, 14, 16, 0]).map { $0.padded($1) }.joined()
  }

  /// Whole numbers with the thousands apart.
  private static func text(_ rate: Double) -> String {
    var digits = Array(String(Int(rate.rounded())))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return String(digits)
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
