/// The table that is printed.
struct Report {
  func begin(runs: Int, seconds: Double) {
    let placement =
      CPUAffinity.isAvailable
      ? "server on processor 0, load on processor 1" : "server and load share the processors"
    print("median of \(runs) runs of \(seconds) s; \(placement)")
    print("\("case".padded(34))\("median".padded(14))\("least".padded(14))most")
  }

  mutating func add(_ name: String, _ rates: [Double], unit: String) {
    let sorted = rates.sorted()
    guard let least = sorted.first, let most = sorted.last else { return }
    let median = sorted[sorted.count / 2]
    print(
      name.padded(34) + Self.text(median).padded(14) + Self.text(least).padded(14)
        + Self.text(most).padded(14) + unit
    )
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
    self + String(repeating: " ", count: max(1, width - count))
  }
}
