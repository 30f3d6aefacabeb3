/// What a metric is about, for those who read it.
public struct MetricDescription: Sendable, Hashable {
  /// The label under which swift-metrics makes it, such as `wardline_calls_total`.
  public var name: String
  /// One line, for the HELP of the text.
  public var help: String
  /// The upper bounds of a histogram, ascending, in seconds for a timer; nil takes the registry's.
  public var buckets: [Double]?

  public init(_ name: String, _ help: String, buckets: [Double]? = nil) {
    self.name = name
    self.help = help
    self.buckets = buckets
  }
}
