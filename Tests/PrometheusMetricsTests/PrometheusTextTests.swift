import Metrics
import PrometheusMetrics
import Testing

@Suite("The text for Prometheus")
struct PrometheusTextTests {
  @Test("counters, gauges and histograms have the form of version 0.0.4, in order of their names")
  func form() {
    let registry = PrometheusRegistry([
      MetricDescription("b_total", "What b\\does.\nTwice."),
      MetricDescription("c_seconds", "Time.", buckets: [0.001, 0.5]),
      MetricDescription("d_bytes", "Sizes.", buckets: [0, 10]),
    ])
    Counter(label: "b_total", dimensions: [("z", "1"), ("code", "OK")], factory: registry)
      .increment(by: 3)
    Counter(label: "b_total", dimensions: [("code", "NOT"), ("z", "1")], factory: registry)
      .increment()
    Meter(label: "a", factory: registry).set(1.5)
    let timer = Timer(label: "c_seconds", dimensions: [("m", "x")], factory: registry)
    for nanoseconds in [1_000_000, 1_000_001, 2_000_000_000] as [Int64] {
      timer.recordNanoseconds(nanoseconds)
    }
    let sizes = Recorder(label: "d_bytes", factory: registry)
    for size in [0, 10, 11] { sizes.record(size) }
    #expect(
      registry.text() == """
        # TYPE a gauge
        a 1.5
        # HELP b_total What b\\\\does.\\nTwice.
        # TYPE b_total counter
        b_total{code="NOT",z="1"} 1
        b_total{code="OK",z="1"} 3
        # HELP c_seconds Time.
        # TYPE c_seconds histogram
        c_seconds_bucket{m="x",le="0.001"} 1
        c_seconds_bucket{m="x",le="0.5"} 2
        c_seconds_bucket{m="x",le="+Inf"} 3
        c_seconds_sum{m="x"} 2.002000001
        c_seconds_count{m="x"} 3
        # HELP d_bytes Sizes.
        # TYPE d_bytes histogram
        d_bytes_bucket{le="0"} 1
        d_bytes_bucket{le="10"} 2
        d_bytes_bucket{le="+Inf"} 3
        d_bytes_sum 21
        d_bytes_count 3

        """
    )
  }

  @Test("label values are escaped, and names made of what Prometheus allows")
  func escaping() {
    let registry = PrometheusRegistry()
    let labels = [("a b", "q\"\\\nü"), ("le", "x"), ("__n", "y"), ("1", "z"), ("a b", "again")]
    Counter(label: "1my.na-me", dimensions: labels, factory: registry).increment()
    #expect(
      registry.text().contains(
        #"_1my_na_me{_1="z",a_b="q\"\\\nü",le_="x",x__n="y"} 1"#
      )
    )
  }

  @Test("numbers without a finite value have words")
  func numbers() {
    let registry = PrometheusRegistry()
    for (name, value) in [("inf", Double.infinity), ("minus", -.infinity), ("nan", .nan)] {
      Recorder(label: name, aggregate: false, factory: registry).record(value)
    }
    Recorder(label: "large", aggregate: false, factory: registry).record(1e300)
    for line in ["inf +Inf", "minus -Inf", "nan NaN", "large 1e+300"] {
      #expect(registry.text().contains("\n\(line)\n"))
    }
  }

  @Test("what is read only now and then is brought up to date before each text")
  func updates() {
    let registry = PrometheusRegistry()
    let meter = Meter(label: "asked", factory: registry)
    registry.beforeText { meter.increment() }
    #expect(registry.text().contains("asked 1\n"))
    #expect(registry.text().contains("asked 2\n"))
  }
}
