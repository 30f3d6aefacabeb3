import Metrics
import Synchronization

/// A counter of whole numbers. It never goes down, save when it is reset.
final class CounterCell: CounterHandler, MetricCell {
  private let value = Atomic<Int64>(0)

  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    value.wrappingAdd(amount, ordering: .relaxed)
  }

  func reset() { value.store(0, ordering: .relaxed) }

  var reading: MetricReading { .integer(value.load(ordering: .relaxed)) }
}

/// A counter of fractions.
final class FloatingCounterCell: FloatingPointCounterHandler, MetricCell {
  private let value = AtomicDouble()

  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    value.add(amount)
  }

  func reset() { value.store(0) }

  var reading: MetricReading { .real(value.load()) }
}
