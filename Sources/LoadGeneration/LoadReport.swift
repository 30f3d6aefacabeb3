public import Histogram

/// What a load found.
public struct LoadReport: Sendable {
  /// Calls that were answered, well or not, while it was counted.
  public let answers: Int
  /// Of these, how many with an error.
  public let failures: Int
  /// Seconds in which that happened.
  public let seconds: Double
  /// Latencies in nanoseconds.
  public let latencies: Histogram<UInt64>
  /// What the meter of `LoadGenerator.run` rose by.
  public let metered: Double

  /// Microseconds that so many percent of the latencies, 0 to 100, do not exceed.
  public func latency(atPercentile percentile: Double) -> Double {
    Double(latencies.valueAtPercentile(percentile)) / 1000
  }

  public var callsPerSecond: Double { seconds > 0 ? Double(answers) / seconds : 0 }
}

/// Why there is no report.
public struct LoadError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
