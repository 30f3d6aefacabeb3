#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A moment as a clock on the wall of this machine shows it.
struct LocalTime: Equatable {
  /// Such as `Sat 21 Nov 2026`.
  let day: String
  /// Such as `14:03`.
  let time: String

  init(milliseconds: Int64) {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let weekday = Self.name(parts.tm_wday, Self.weekdays)
    let month = Self.name(parts.tm_mon, Self.months)
    day = "\(weekday) \(parts.tm_mday) \(month) \(1900 + Int(parts.tm_year))"
    time = "\(Self.twoDigits(parts.tm_hour)):\(Self.twoDigits(parts.tm_min))"
  }

  private static func name(_ index: Int32, _ names: [String]) -> String {
    names.indices.contains(Int(index)) ? names[Int(index)] : "?"
  }

  private static func twoDigits(_ number: Int32) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
