/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Sendable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
}

extension Timestamp: Comparable {
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.milliseconds < rhs.milliseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 with milliseconds, as in `2026-11-21T04:00:45.120Z`.
  public var description: String {
    let days = Self.floorDivide(milliseconds, 86_400_000)
    let time = milliseconds - days * 86_400_000
    let date = Self.civilDate(days: days)
    guard (0...9999).contains(date.year) else {
      return "\(date.year)" + Self.text(date.month, date.day, time).dropFirst(4)
    }
    return Self.text(year: date.year, date.month, date.day, time)
  }

  /// - Parameter year: 0 to 9999.
  private static func text(year: Int64 = 0, _ month: Int64, _ day: Int64, _ time: Int64) -> String {
    String(unsafeUninitializedCapacity: 24) { bytes in
      var count = 0
      func write(_ number: Int64, _ width: Int, _ end: Unicode.Scalar) {
        var rest = number
        for place in (count..<count + width).reversed() {
          bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        bytes[count + width] = UInt8(ascii: end)
        count += width + 1
      }
      write(year, 4, "-")
      write(month, 2, "-")
      write(day, 2, "T")
      write(time / 3_600_000, 2, ":")
      write(time / 60_000 % 60, 2, ":")
      write(time / 1000 % 60, 2, ".")
      write(time % 1000, 3, "Z")
      return count
    }
  }

  private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    dividend / divisor - (dividend % divisor < 0 ? 1 : 0)
  }

  /// The Gregorian date of a day counted from 1970-01-01.
  ///
  /// Counts in years that start in March, so that the leap day is the last day of a year, and in
  /// eras of 400 years, which are all 146,097 days long.
  private static func civilDate(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
