/// Names as Prometheus allows them.
enum MetricName {
  /// Letters, digits, `_` and `:`, no digit first; anything else becomes `_`.
  static func metric(_ label: String) -> String {
    cleaned(label) { $0 == ":" }
  }

  /// Letters, digits and `_`, no digit first. `le` belongs to histograms and `__` to Prometheus.
  static func label(_ name: String) -> String {
    let name = cleaned(name) { _ in false }
    if name == "le" { return "le_" }
    return name.hasPrefix("__") ? "x\(name)" : name
  }

  private static func cleaned(_ text: String, _ alsoAllowed: (Character) -> Bool) -> String {
    let name = String(
      text.map { $0.isASCII && ($0.isLetter || $0.isNumber || alsoAllowed($0)) ? $0 : "_" }
    )
    return name.first.map { $0.isNumber } ?? true ? "_\(name)" : name
  }
}
