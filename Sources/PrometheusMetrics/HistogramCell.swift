import Metrics
import Synchronization

/// In what a histogram is recorded and printed.
enum HistogramUnit: Hashable {
  /// As it was recorded.
  case one
  /// Recorded in nanoseconds, printed in seconds.
  case seconds

  var divisor: Double { self == .one ? 1 : 1e9 }
}

struct HistogramReading {
  /// Upper bounds as they are printed.
  let bounds: [Double]
  /// Of each bucket by itself; the last is everything above the last bound.
  let counts: [Int]
  let sum: Double
}

/// A histogram with fixed buckets.
final class HistogramCell: RepeatedTimerHandler, RecorderHandler, MetricCell {
  /// An object for each bucket, because an atomic cannot be an element of an array.
  private final class Bucket: Sendable {
    let count = Atomic<Int>(0)
  }

  private let printed: [Double]
  /// The same bounds in the unit in which values are recorded.
  private let bounds: [Double]
  private let buckets: [Bucket]
  private let sum = AtomicDouble()
  private let unit: HistogramUnit

  /// - Parameter bounds: in the unit of the text, ascending.
  init(bounds: [Double], unit: HistogramUnit) {
    printed = bounds
    self.bounds = bounds.map { unit == .one ? $0 : ($0 * unit.divisor).rounded() }
    buckets = (0...bounds.count).map { _ in Bucket() }
    self.unit = unit
  }

  func record(_ value: Double) { record(value, times: 1) }

  private func record(_ value: Double, times: Int) {
    if value.isNaN || times < 1 { return }
    buckets[index(of: value)].count.wrappingAdd(times, ordering: .relaxed)
    sum.add(value * Double(times))
  }

  func record(_ value: Int64) { record(Double(value)) }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration)) }
  func recordNanoseconds(_ duration: Int64, times: Int) { record(Double(duration), times: times) }

  /// The first bucket whose bound is not below the value.
  private func index(of value: Double) -> Int {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  var reading: MetricReading {
    .histogram(
      HistogramReading(
        bounds: printed,
        counts: buckets.map { $0.count.load(ordering: .relaxed) },
        sum: sum.load() / unit.divisor
      )
    )
  }
}
