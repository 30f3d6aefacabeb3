/// The text format, version 0.0.4, being written.
struct PrometheusText {
  private(set) var text = ""

  mutating func append(_ name: String, _ family: MetricFamily) {
    if let help = family.help { text += "# HELP \(name) \(Self.escaped(help))\n" }
    text += "# TYPE \(name) \(family.kind.word)\n"
    for (labels, cell) in family.series.sorted(by: { $0.key < $1.key }) {
      switch cell.reading {
      case .integer(let value): line(name, labels, String(value))
      case .real(let value): line(name, labels, Self.number(value))
      case .histogram(let reading): append(name, labels, reading)
      }
    }
  }

  /// What did not fit into the registry.
  mutating func appendRefused(_ count: Int) {
    let name = "metrics_series_refused_total"
    text += "# HELP \(name) Handles that were made beyond the limits of the registry.\n"
    text += "# TYPE \(name) counter\n"
    line(name, "", String(count))
  }

  private mutating func append(_ name: String, _ labels: String, _ reading: HistogramReading) {
    let start = labels.isEmpty ? "" : "\(labels),"
    var total = 0
    for (bound, count) in zip(reading.bounds + [.infinity], reading.counts) {
      total += count
      line("\(name)_bucket", "\(start)le=\"\(Self.number(bound))\"", String(total))
    }
    line("\(name)_sum", labels, Self.number(reading.sum))
    line("\(name)_count", labels, String(total))
  }

  private mutating func line(_ name: String, _ labels: String, _ value: String) {
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 { return String(integer) }
    return String(value)
  }

  private static func escaped(_ help: String) -> String {
    help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
  }
}
