import Metrics

/// A value that goes up and down: what was set last, or the sum of the changes.
final class GaugeCell: MeterHandler, RecorderHandler, MetricCell {
  private let value = AtomicDouble()

  func set(_ value: Int64) { self.value.store(Double(value)) }
  func set(_ value: Double) { self.value.store(value) }
  func increment(by amount: Double) { value.add(amount) }
  func decrement(by amount: Double) { value.add(-amount) }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }

  var reading: MetricReading { .real(value.load()) }
}
