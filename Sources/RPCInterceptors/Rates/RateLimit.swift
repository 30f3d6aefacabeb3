/// How often something may be done: so many times at once, and so many in a period in the long run.
public struct RateLimit: Sendable, Hashable {
  /// The time in which as many come back as are allowed in the long run.
  public enum Period: String, Sendable, Hashable, CaseIterable {
    case second = "s"
    case minute = "m"
    case hour = "h"

    var nanoseconds: Int64 {
      switch self {
      case .second: 1_000_000_000
      case .minute: 60_000_000_000
      case .hour: 3_600_000_000_000
      }
    }
  }

  /// What counts and bursts may be. The product of the largest burst and the longest period is still
  /// a number of nanoseconds.
  public static let countRange = 1...1_000_000

  public let count: Int
  public let period: Period
  /// Times at once.
  public let burst: Int

  /// - Parameters:
  ///   - count: times in each period, cut to `countRange`.
  ///   - burst: times at once, cut to `countRange`; `count` if nothing is said.
  public init(_ count: Int, per period: Period, burst: Int? = nil) {
    self.count = Self.cut(count)
    self.period = period
    self.burst = Self.cut(burst ?? count)
  }

  /// Nanoseconds in which one comes back.
  var interval: Int64 { max(1, period.nanoseconds / Int64(count)) }

  private static func cut(_ count: Int) -> Int {
    min(max(count, countRange.lowerBound), countRange.upperBound)
  }
}

extension RateLimit: CustomStringConvertible {
  /// `20/s burst 40`.
  public var description: String { "\(count)/\(period.rawValue) burst \(burst)" }

  /// Reads `20/s`, `20/s burst 40`, and the same with `m` for a minute and `h` for an hour; nil for
  /// anything else.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 1 || (words.count == 3 && words[1] == "burst") else { return nil }
    let rate = words[0].split(separator: "/", omittingEmptySubsequences: false)
    guard rate.count == 2, let count = Int(rate[0]), Self.countRange.contains(count),
      let period = Period(rawValue: String(rate[1]))
    else { return nil }
    guard words.count == 3 else {
      self.init(count, per: period)
      return
    }
    guard let burst = Int(words[2]), Self.countRange.contains(burst) else { return nil }
    self.init(count, per: period, burst: burst)
  }
}
