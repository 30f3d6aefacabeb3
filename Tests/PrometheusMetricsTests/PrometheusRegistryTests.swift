import Metrics
import PrometheusMetrics
import Testing

@Suite("The registry of metrics")
struct PrometheusRegistryTests {
  @Test("handles of the same label and dimensions, in any order, share a value")
  func shared() {
    let registry = PrometheusRegistry()
    Counter(label: "n", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
    Counter(label: "n", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
    #expect(registry.text().contains(#"n{a="1",b="2"} 2"#))
  }

  @Test("nothing is lost when many threads count at once")
  func concurrency() async {
    let registry = PrometheusRegistry([MetricDescription("t", "Time.", buckets: [1])])
    await withTaskGroup { group in
      for worker in 0..<8 {
        group.addTask {
          let counter = Counter(label: "n", factory: registry)
          let real = FloatingPointCounter(label: "f", factory: registry)
          let meter = Meter(label: "g", factory: registry)
          let timer = Timer(label: "t", factory: registry)
          for _ in 0..<5_000 {
            counter.increment()
            real.increment(by: 0.5)
            meter.increment(by: worker.isMultiple(of: 2) ? 1.0 : -1.0)
            timer.recordNanoseconds(500_000_000)
          }
          Counter(label: "own", dimensions: [("w", "\(worker)")], factory: registry).increment()
        }
        group.addTask { for _ in 0..<20 { _ = registry.text() } }
      }
    }
    let text = registry.text()
    for line in ["n 40000", "f 20000", "g 0", "t_count 40000", "t_sum 20000", #"own{w="7"} 1"#] {
      #expect(text.contains("\(line)\n"), "\(line)")
    }
  }

  @Test("a name with too many series keeps the first ones, and says how many were refused")
  func series() {
    var limits = PrometheusRegistry.Limits()
    limits.seriesPerFamily = 3
    limits.labelValueLength = 4
    let registry = PrometheusRegistry(limits: limits)
    for number in 0..<10 {
      let labels = [("user", "\(number)-and more than fits")]
      Counter(label: "n", dimensions: labels, factory: registry).increment()
    }
    let lines = registry.text().split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("n{") }.map { String($0) }
        == (0..<3).map { number in
          "n{user=\"\(number)-an\"} 1"
        }
    )
    #expect(lines.contains("metrics_series_refused_total 7"))
  }

  @Test("as many names as allowed are kept, one more is refused")
  func families() {
    var limits = PrometheusRegistry.Limits()
    limits.families = 2
    let registry = PrometheusRegistry(limits: limits)
    for name in ["a", "b"] { Counter(label: name, factory: registry).increment() }
    #expect(registry.names == ["a", "b"])
    #expect(!registry.text().contains("refused"))
    Counter(label: "c", factory: registry).increment()
    #expect(registry.names == ["a", "b"])
    #expect(registry.text().contains("metrics_series_refused_total 1"))
  }

  @Test("a name that is another kind already is refused, and nothing breaks")
  func kinds() {
    let registry = PrometheusRegistry()
    Counter(label: "n", factory: registry).increment()
    Meter(label: "n", factory: registry).set(7)
    Timer(label: "n", factory: registry).recordNanoseconds(1)
    #expect(registry.text().contains("# TYPE n counter\nn 1\n"))
  }

  @Test("counters never go down, and what is destroyed is gone")
  func ends() {
    let registry = PrometheusRegistry()
    let counter = Counter(label: "n", factory: registry)
    counter.increment(by: 2)
    counter.increment(by: -1)
    #expect(registry.text().contains("n 2"))
    counter.destroy()
    #expect(registry.names.isEmpty)
    Counter(label: "n", factory: registry).increment()
    #expect(registry.text().contains("n 1"))
  }
}
