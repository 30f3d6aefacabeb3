/// All series of one name.
struct MetricFamily {
  let kind: MetricKind
  let help: String?
  /// By their labels as they are printed.
  var series: [String: any MetricCell] = [:]
}

/// What a family is in the text.
enum MetricKind: Hashable {
  case counter
  case gauge
  case histogram(HistogramUnit)

  /// The word of the TYPE line.
  var word: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}

/// One series: a value that is written from any thread and read when the text is made.
protocol MetricCell: AnyObject, Sendable {
  var reading: MetricReading { get }
}

enum MetricReading {
  case integer(Int64)
  case real(Double)
  case histogram(HistogramReading)
}
